package io.mdpo.ops.quickstart;

import io.mdpo.ingest.IngestConfig;
import io.mdpo.learner.lora.LoraConfig;
import io.mdpo.learner.objective.ObjectiveConfig;
import io.mdpo.learner.optimizer.OptimizerConfig;
import io.mdpo.learner.optimizer.OptimizerConfig.Schedule;
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
                d.imageHosts(),
                d.imageTimeout(),
                state);
    }

    ScorerConfig scorer(Map<String, String> kafka, Path model) {
        var d = ScorerConfig.defaults();
        return new ScorerConfig(
                d.topicPrefix(),
                d.groupId(),
                d.transactionalId(),
                kafka,
                ModelConfig.cpu(model, THREADS),
                CorruptionConfig.crop(seed),
                d.maxBatchPairs());
    }

    LearnerConfig learner(Map<String, String> kafka, Path model) {
        var d = LearnerConfig.defaults();
        return new LearnerConfig(
                d.topicPrefix(),
                d.groupId(),
                "quickstart",
                kafka,
                ModelConfig.cpu(model, THREADS),
                seed,
                BATCH_SIZE,
                CHECKPOINT_EVERY_STEPS,
                d.keepCheckpoints(),
                LORA,
                ObjectiveConfig.mdpo(beta, 0, 1, 1, 1),
                new OptimizerConfig(learningRate, 0.9, 0.98, 1e-8, 0.05, 1, 10, Schedule.CONSTANT, 0),
                d.onReferenceMismatch(),
                d.maxRefusalsInARow(),
                d.maxNonFinitePairs(),
                d.maxMicroBatchTokens(),
                d.activationCheckpointing());
    }
}
