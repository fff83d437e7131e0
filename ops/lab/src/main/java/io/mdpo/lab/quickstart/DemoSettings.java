package io.mdpo.lab.quickstart;

import io.mdpo.ingest.IngestConfig;
import io.mdpo.learner.lora.LoraConfig;
import io.mdpo.learner.objective.PreferenceConfig;
import io.mdpo.learner.optimizer.OptimizerConfig;
import io.mdpo.learner.service.LearnerConfig;
import io.mdpo.scorer.image.CorruptionConfig;
import io.mdpo.scorer.service.ScorerConfig;
import io.mdpo.scorer.vlm.ModelConfig;
import java.nio.file.Path;
import java.util.Map;

/**
 * Settings of the services in the demonstration.
 *
 * @param beta of the objective
 * @param learningRate of the optimizer
 */
record DemoSettings(double beta, double learningRate, long seed) {
    static final LoraConfig LORA = LoraConfig.defaults();

    private static final int BATCH_SIZE = 16;
    private static final int CHECKPOINT_EVERY_STEPS = 32;

    /** The engine's threads: two services compute at once, and a team of threads each would wait for one another. */
    static final int THREADS = 1;

    IngestConfig ingest(Map<String, String> kafka, Path state) {
        return IngestConfig.defaults().withKafka(kafka).withStateDir(state);
    }

    ScorerConfig scorer(Map<String, String> kafka, Path model) {
        return ScorerConfig.defaults()
                .withKafka(kafka)
                .withModel(ModelConfig.cpu(model, THREADS))
                .withCorruption(CorruptionConfig.crop(seed));
    }

    LearnerConfig learner(Map<String, String> kafka, Path model) {
        return LearnerConfig.defaults().with(config -> config.runId("quickstart")
                .kafka(kafka)
                .model(ModelConfig.cpu(model, THREADS))
                .seed(seed)
                .batchSize(BATCH_SIZE)
                .checkpointEverySteps(CHECKPOINT_EVERY_STEPS)
                .lora(LORA)
                .objective(PreferenceConfig.defaults().withBeta(beta))
                .optimizer(OptimizerConfig.defaults().withLearningRate(learningRate)));
    }
}
