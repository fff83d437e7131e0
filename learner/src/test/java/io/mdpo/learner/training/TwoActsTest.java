package io.mdpo.learner.training;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import io.mdpo.learner.lora.LoraConfig;
import io.mdpo.learner.objective.ObjectiveConfig;
import io.mdpo.learner.optimizer.OptimizerConfig;
import io.mdpo.schemas.avro.ScoredPair;
import io.mdpo.scorer.torch.Safetensors;
import io.mdpo.scorer.torch.Torch;
import io.mdpo.scorer.vlm.ModelConfig;
import io.mdpo.scorer.vlm.PackedScores.Recording;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Some trainers compute gradients, another applies them: the bits are those of one that does both. */
class TwoActsTest {
    private static final String FAMILY = "llava";
    private static final int STEPS = 3;
    private static final PolicyTrainer.Settings SETTINGS = new PolicyTrainer.Settings(
            new LoraConfig(8, 16, List.of()),
            ObjectiveConfig.defaults(),
            OptimizerConfig.defaults().with(config -> config.learningRate(1e-2)),
            5,
            8,
            500);

    @TempDir
    private Path directory;

    private final ModelConfig model = ModelConfig.cpu(GoldenPairs.model(FAMILY), 2);
    private final List<ScoredPair> scored = GoldenPairs.scored(model, GoldenPairs.of(FAMILY, 2));

    @Test
    void gradientsThatOthersComputedGiveTheSameWeights() throws IOException {
        Map<String, Double> expectedMetrics = Map.of();
        String expectedAdapter;
        String expectedOptimizer;
        try (var alone = open()) {
            for (int step = 0; step < STEPS; step++) {
                expectedMetrics = alone.step(prepared(alone));
            }
            expectedAdapter = alone.adapter().sha256();
            expectedOptimizer = alone.optimizerState().sha256();
        }
        Map<String, Double> metrics = Map.of();
        try (var one = open();
                var other = open();
                var applying = open()) {
            for (int step = 0; step < STEPS; step++) {
                metrics = step(List.of(one, other), applying);
                var adapter = Files.write(
                        directory.resolve("adapter"), applying.adapter().bytes());
                var optimizer = Files.write(
                        directory.resolve("optimizer"),
                        applying.optimizerState().bytes());
                one.restore(step + 1, adapter, optimizer);
                other.restore(step + 1, adapter, optimizer);
            }

            assertThat(metrics).isEqualTo(expectedMetrics);
            assertThat(applying.step()).isEqualTo(STEPS);
            assertThat(applying.adapter().sha256()).isEqualTo(expectedAdapter);
            assertThat(applying.optimizerState().sha256()).isEqualTo(expectedOptimizer);
        }
    }

    @Test
    void computingGradientsChangesNothing() {
        try (var trainer = open();
                var owner = Torch.newManager()) {
            var adapter = trainer.adapter().sha256();
            var optimizer = trainer.optimizerState().sha256();
            var batch = trainer.pass().batch(8, List.of());
            trainer.microBatches(encoded(trainer))
                    .forEach(micro ->
                            trainer.pass().gradient(owner, micro, batch).close());

            assertThat(trainer.adapter().sha256()).isEqualTo(adapter);
            assertThat(trainer.optimizerState().sha256()).isEqualTo(optimizer);
            assertThat(owner.getManagedArrays()).isEmpty();
        }
    }

    /** The gradients travel as bytes, as they would from another process. */
    private Map<String, Double> step(List<PolicyTrainer> computing, PolicyTrainer applying) {
        int micro = 0;
        int microBatches = applying.microBatches(encoded(applying)).size();
        assertThat(microBatches).isGreaterThan(4);
        try (var received = Torch.newManager()) {
            while (micro < microBatches) {
                var trainer = computing.get(micro % computing.size());
                var batch = encoded(trainer);
                var pass = trainer.pass();
                var pairs = trainer.microBatches(batch).get(micro++);
                var gradient = pass.gradient(received, pairs, pass.batch(batch.size(), List.of()));
                applying.update().add(travelled(received, gradient));
            }
        }
        return applying.update().apply();
    }

    private static MicroBatchGradient travelled(NDManager received, MicroBatchGradient sent) {
        try (sent) {
            byte[] bytes = Safetensors.write(sent.tensors(), Map.of()).bytes();
            var owner = received.newSubManager();
            return new MicroBatchGradient(owner, Safetensors.read(owner, bytes), sent.pairs());
        }
    }

    private PolicyTrainer open() {
        return PolicyTrainer.open(model, SETTINGS, Recording.GRAPH);
    }

    private List<EncodedScoredPair> encoded(PolicyTrainer trainer) {
        return prepared(trainer).stream().map(EncodedScoredPair.class::cast).toList();
    }

    private List<Trainer.PreparedPair> prepared(PolicyTrainer trainer) {
        return scored.stream()
                .map(trainer::prepare)
                .map(outcome -> ((Trainer.Preparation.Ready) outcome).pair())
                .toList();
    }
}
