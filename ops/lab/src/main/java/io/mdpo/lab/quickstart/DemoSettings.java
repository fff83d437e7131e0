package io.mdpo.lab.quickstart;

import io.mdpo.ingest.IngestConfig;
import io.mdpo.lab.demo.FeedbackKind;
import io.mdpo.learner.lora.LoraConfig;
import io.mdpo.learner.objective.KtoConfig;
import io.mdpo.learner.objective.ObjectiveConfig;
import io.mdpo.learner.objective.PreferenceConfig;
import io.mdpo.learner.optimizer.OptimizerConfig;
import io.mdpo.learner.service.LearnerConfig;
import io.mdpo.scorer.image.CorruptionConfig;
import io.mdpo.scorer.service.ScorerConfig;
import io.mdpo.scorer.torch.Kernels;
import io.mdpo.scorer.vlm.ModelConfig;
import java.nio.file.Path;
import java.util.Map;

/**
 * Settings of the services in the demonstration.
 *
 * @param feedback decides the objective: mDPO for pairs, KTO with mDPO's other terms for thumbs
 * @param beta of the objective
 * @param imageWeight of its conditional term
 * @param learningRate of the optimizer
 * @param seed decides order, crops and the first adapter
 * @param kernels of the process
 */
record DemoSettings(
        FeedbackKind feedback, double beta, double imageWeight, double learningRate, long seed, Kernels kernels) {
    static final LoraConfig LORA = LoraConfig.defaults();

    private static final int BATCH_SIZE = 16;
    private static final int CHECKPOINT_EVERY_STEPS = 32;

    /** The engine's threads: two services compute at once, and a team of threads each would wait for one another. */
    private static final int THREADS = 1;

    /** Both have three terms of weight 1: of the answers, of the corrupted image, and the anchor. */
    private ObjectiveConfig objective() {
        return feedback == FeedbackKind.PAIRS
                ? PreferenceConfig.defaults().withBeta(beta).withImageWeight(imageWeight)
                : KtoConfig.defaults()
                        .with(kto -> kto.beta(beta).imageWeight(imageWeight).anchorWeight(1));
    }

    ModelConfig model(Path model) {
        return ModelConfig.cpu(model, THREADS).withKernels(kernels);
    }

    IngestConfig ingest(Map<String, String> kafka, Path state) {
        return IngestConfig.defaults().withKafka(kafka).withStateDir(state);
    }

    ScorerConfig scorer(Map<String, String> kafka, Path model) {
        return ScorerConfig.defaults()
                .withKafka(kafka)
                .withModel(model(model))
                .withCorruption(CorruptionConfig.crop(seed));
    }

    LearnerConfig learner(Map<String, String> kafka, Path model) {
        return LearnerConfig.defaults().with(config -> config.runId("quickstart")
                .kafka(kafka)
                .model(model(model))
                .seed(seed)
                .batchSize(BATCH_SIZE)
                .checkpointEverySteps(CHECKPOINT_EVERY_STEPS)
                .lora(LORA)
                .objective(objective())
                .optimizer(OptimizerConfig.defaults().withLearningRate(learningRate)));
    }
}
