package io.mdpo.lab.experiment;

import io.mdpo.learner.lora.LoraAdapter;
import io.mdpo.learner.lora.LoraConfig;
import io.mdpo.learner.optimizer.OptimizerConfig;
import io.mdpo.learner.service.LearnerConfig;
import io.mdpo.learner.training.Trainer.Preparation;
import io.mdpo.learner.training.Trainer.PreparedPair;
import io.mdpo.schemas.avro.ScoredPair;
import io.mdpo.scorer.vlm.ModelConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Trains one variant in one pass over its pairs and judges it. The settings are the quickstart's but for learning rate, beta
 * and the batch, which is half as large because the streams are short.
 */
final class Training {
    static final int BATCH = 8;

    private static final LoraConfig LORA = LoraConfig.defaults();
    private static final int MICRO_BATCH_TOKENS = 16_384;

    /** What is kept of every step. */
    private static final List<String> CURVES = List.of(
            "loss",
            "rewards/accuracies",
            "rewards/margins",
            "rewards/image_accuracies",
            "rewards/image_margins",
            "logps/chosen_change",
            "logps/image_margins",
            "grad_norm");

    private final World world;
    private final ReferenceScores references;
    private final int scenes;

    /** @param scenes on which a policy is judged */
    Training(World world, ReferenceScores references, int scenes) {
        this.world = world;
        this.references = references;
        this.scenes = scenes;
    }

    RunResult run(RunSpec spec) {
        long start = System.nanoTime();
        var curves = new LinkedHashMap<String, List<Double>>();
        CURVES.forEach(name -> curves.put(name, new ArrayList<>()));
        byte[] adapter = train(spec, references.of(spec.stream(), spec.variant()), curves);
        try (var model = ModelConfig.cpu(world.base(), 1).open()) {
            LoraAdapter.bind(model, LORA, adapter);
            var scores = new Judge(world, spec.scenes(), scenes).scores(model);
            return new RunResult(spec.id(scenes), scores, curves, (System.nanoTime() - start) / 1e9);
        }
    }

    private byte[] train(RunSpec spec, List<ScoredPair> pairs, Map<String, List<Double>> curves) {
        var config = LearnerConfig.defaults().with(learner -> learner.model(ModelConfig.cpu(world.base(), 1))
                .lora(LORA)
                .objective(spec.variant().objective(spec.setting().beta()))
                .optimizer(OptimizerConfig.defaults()
                        .withLearningRate(spec.setting().learningRate()))
                .seed(spec.stream().seed())
                .batchSize(BATCH)
                .maxMicroBatchTokens(MICRO_BATCH_TOKENS));
        try (var trainer = config.openTrainer()) {
            for (int from = 0; from + BATCH <= pairs.size(); from += BATCH) {
                var batch = new ArrayList<PreparedPair>();
                for (var pair : pairs.subList(from, from + BATCH)) {
                    batch.add(((Preparation.Ready) trainer.prepare(pair)).pair());
                }
                var metrics = trainer.step(batch);
                curves.forEach((name, values) -> values.add(metrics.getOrDefault(name, Double.NaN)));
            }
            return trainer.adapter().bytes();
        }
    }
}
