package io.mdpo.lab.benchmark.chair;

import io.mdpo.lab.benchmark.Report.Metric;
import io.mdpo.lab.benchmark.Report.Section;
import io.mdpo.lab.benchmark.chair.ObjectMentions.Mention;
import io.mdpo.learner.evaluation.Figure.Better;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Sums of CHAIR over answers; shares in percent, a share of nothing is 0. */
final class ChairCounts {
    private int answers;
    private int answersWithObjects;
    private int answersWithHallucinations;
    private int mentions;
    private int hallucinations;
    private int found;
    private int truth;

    /**
     * Adds an answer.
     *
     * @param mentioned all mentions
     * @param hallucinated those of objects that are not in the image
     * @param objects in the image
     */
    void add(List<Mention> mentioned, List<Mention> hallucinated, Set<String> objects) {
        answers++;
        answersWithObjects += mentioned.isEmpty() ? 0 : 1;
        answersWithHallucinations += hallucinated.isEmpty() ? 0 : 1;
        mentions += mentioned.size();
        hallucinations += hallucinated.size();
        var right = mentioned.stream().map(Mention::object).collect(Collectors.toSet());
        right.retainAll(objects);
        found += right.size();
        truth += objects.size();
    }

    int answers() {
        return answers;
    }

    Section section() {
        return new Section(
                "CHAIR",
                answers,
                List.of(
                        metric(
                                "CHAIRs",
                                answersWithHallucinations,
                                answersWithObjects,
                                Better.LOWER,
                                "answers with a hallucinated object, of answers with an object"),
                        metric(
                                "CHAIRi",
                                hallucinations,
                                mentions,
                                Better.LOWER,
                                "hallucinated mentions, of all mentions"),
                        metric(
                                "CHAIRs of all",
                                answersWithHallucinations,
                                answers,
                                Better.LOWER,
                                "answers with a hallucinated object, of all answers"),
                        metric("Recall", found, truth, Better.HIGHER, "mentioned objects, of objects in the images")));
    }

    private static Metric metric(String name, int part, int whole, Better better, String meaning) {
        return new Metric(name, whole == 0 ? 0 : 100.0 * part / whole, 1, "%", better, meaning);
    }
}
