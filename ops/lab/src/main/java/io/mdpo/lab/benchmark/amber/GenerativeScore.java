package io.mdpo.lab.benchmark.amber;

import io.mdpo.lab.benchmark.PythonRounding;
import io.mdpo.lab.benchmark.Report.Metric;
import io.mdpo.lab.benchmark.Report.Section;
import io.mdpo.learner.evaluation.Figure.Better;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * CHAIR, Cover, Hal and Cog over all descriptions together, in percent with one decimal.
 *
 * <p>Source: Wang et al. 2023, arXiv 2311.07397, and its program, which published numbers come from: sums over all
 * descriptions are divided, and every denominator starts at 0.001, as {@code metrics.txt} says there.
 */
final class GenerativeScore {
    private static final double START = 0.001;

    private final List<Description> descriptions;

    GenerativeScore(List<Description> descriptions) {
        this.descriptions = descriptions;
    }

    Section section() {
        long mentioned =
                descriptions.stream().mapToLong(d -> d.mentioned().size()).sum();
        long hallucinated =
                descriptions.stream().mapToLong(d -> d.hallucinated().size()).sum();
        long faithful =
                descriptions.stream().filter(d -> d.hallucinated().isEmpty()).count();
        return new Section(
                "generative",
                descriptions.size(),
                List.of(
                        metric(
                                "CHAIR",
                                share(hallucinated, mentioned),
                                Better.LOWER,
                                "hallucinated nouns, of nouns in the vocabulary"),
                        metric(
                                "Cover",
                                share(sum(Description::covered), sum(Description::truth)),
                                Better.HIGHER,
                                "named objects, of objects in the images"),
                        metric(
                                "Hal",
                                100 - share(faithful, descriptions.size()),
                                Better.LOWER,
                                "answers with a hallucinated noun"),
                        metric(
                                "Cog",
                                share(sum(Description::imagined), sum(Description::imaginable)),
                                Better.LOWER,
                                "named objects, of those that people would imagine")));
    }

    private long sum(ToIntFunction<Description> count) {
        return descriptions.stream().mapToInt(count).sum();
    }

    private static double share(long part, long whole) {
        return part / (whole + START) * 100;
    }

    private static Metric metric(String name, double value, Better better, String meaning) {
        return new Metric(name, PythonRounding.round(value, 1), 1, "%", better, meaning);
    }
}
