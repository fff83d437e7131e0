package io.mdpo.ops.quickstart;

import io.mdpo.ingest.IngestConfig;
import io.mdpo.learner.lora.LoraConfig;
import io.mdpo.learner.objective.ObjectiveConfig;
import io.mdpo.learner.optimizer.OptimizerConfig;
import io.mdpo.learner.optimizer.OptimizerConfig.Schedule;
import io.mdpo.learner.service.LearnerConfig;
import io.mdpo.scorer.service.ScorerConfig;
import java.nio.file.Path;
import java.util.Map;

/** Settings of the services in the demonstration; those of learning were chosen on the tuning scenes. */
final class DemoSettings {
    static final LoraConfig LORA = LoraConfig.defaults();
    static final ObjectiveConfig OBJECTIVE = new ObjectiveConfig(
            number("mdpo.demo.beta", 0.5),
            0,
            1,
            number("mdpo.demo.image-weight", 1),
            number("mdpo.demo.anchor-weight", 1));
    private static final OptimizerConfig OPTIMIZER = new OptimizerConfig(
            number("mdpo.demo.learning-rate", 1e-3), 0.9, 0.98, 1e-8, 0.05, 1, 10, Schedule.CONSTANT, 0);

    private static final int THREADS = 1;

    private DemoSettings() {}

    private static double number(String property, double otherwise) {
        return Double.parseDouble(System.getProperty(property, Double.toString(otherwise)));
    }

    static IngestConfig ingest(Map<String, String> kafka, Path state) {
        var d = IngestConfig.defaults();
        return new IngestConfig(
                d.topicPrefix(),
                d.applicationId(),
                kafka,
                d.dedupWindow(),
                d.maxImageBytes(),
                d.maxImagePixels(),
                d.maxTextChars(),
                d.imageRoot(),
                state);
    }

    static ScorerConfig scorer(Map<String, String> kafka, Path model, long seed) {
        var d = ScorerConfig.defaults();
        return new ScorerConfig(
                d.topicPrefix(), d.groupId(), d.transactionalId(), kafka, model, seed, d.maxBatchPairs(), THREADS);
    }

    static LearnerConfig learner(Map<String, String> kafka, Path model, long seed) {
        var d = LearnerConfig.defaults();
        return new LearnerConfig(
                d.topicPrefix(),
                d.groupId(),
                "quickstart",
                kafka,
                model,
                seed,
                16,
                32,
                d.keepCheckpoints(),
                LORA,
                OBJECTIVE,
                OPTIMIZER,
                d.maxMicroBatchTokens(),
                THREADS);
    }
}
