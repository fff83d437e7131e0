package io.mdpo.lab.evaluate;

import io.mdpo.lab.benchmark.Benchmark;
import io.mdpo.lab.benchmark.Report;
import io.mdpo.learner.evaluation.Evaluator;
import io.mdpo.learner.evaluation.Figure;
import io.mdpo.ops.Progress;
import io.mdpo.scorer.vlm.VisionLanguageModel;
import java.util.List;
import java.util.Map;

/** A public benchmark: a model answers its questions, and the answers are scored. */
final class BenchmarkEvaluator implements Evaluator {
    private final Benchmark benchmark;
    private final ModelAnswers answers;
    private final boolean allowEmpty;

    /** @param allowEmpty whether an empty answer is one */
    BenchmarkEvaluator(Benchmark benchmark, ModelAnswers.Settings settings, boolean allowEmpty) {
        this.benchmark = benchmark;
        this.answers = new ModelAnswers(benchmark, settings);
        this.allowEmpty = allowEmpty;
    }

    @Override
    public List<Figure> evaluate(VisionLanguageModel model) {
        return score(benchmark, answers.all(model, allowEmpty)).figures();
    }

    /** The whole report on the settings' model, which is not opened where a file holds every answer. */
    Report report() {
        return score(benchmark, answers.all(allowEmpty));
    }

    static Report score(Benchmark benchmark, Map<String, String> answers) {
        try (var progress = Progress.start("scoring", answers.size())) {
            return benchmark.score(answers, progress::update);
        }
    }
}
