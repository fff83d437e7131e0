package io.mdpo.learner.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mdpo.learner.lora.LoraConfig;
import io.mdpo.learner.objective.ObjectiveConfig;
import io.mdpo.learner.optimizer.OptimizerConfig;
import io.mdpo.schemas.avro.ScoredPair;
import io.mdpo.scorer.torch.Precision;
import io.mdpo.scorer.vlm.ModelConfig;
import io.mdpo.scorer.vlm.PackedScores.Recording;
import io.mdpo.scorer.vlm.TinyLlava;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The arithmetic that CUDA devices get, run on the CPU: a bf16 base under an fp32 adapter, loss and optimizer. */
class Bfloat16TrainingTest {
    private static final double THREE_LOG_TWO = 3 * Math.log(2);
    /** Every pair alone, as the reference scored it: other numbers of rows may round bf16 otherwise. */
    private static final PolicyTrainer.Settings SETTINGS = new PolicyTrainer.Settings(
            LoraConfig.defaults(), ObjectiveConfig.defaults(), OptimizerConfig.defaults(), 5, 8, 1);

    @TempDir
    private static Path directory;

    private static List<ScoredPair> scored = List.of();

    private static ModelConfig config(Precision precision) {
        return ModelConfig.cpu(directory, 1).withPrecision(precision);
    }

    @BeforeAll
    static void scoreByTheReference() {
        TinyLlava.write(directory, 9);
        scored = GoldenPairs.scored(config(Precision.BF16), TinyPairs.some(8));
    }

    private static PolicyTrainer open(Recording recording) {
        return PolicyTrainer.open(config(Precision.BF16), SETTINGS, recording);
    }

    private static List<Trainer.PreparedPair> prepared(PolicyTrainer trainer) {
        return scored.stream()
                .map(trainer::prepare)
                .map(outcome -> ((Trainer.Preparation.Ready) outcome).pair())
                .toList();
    }

    private static String adapterAfter(int steps, Recording recording) {
        try (var trainer = open(recording)) {
            var batch = prepared(trainer);
            for (int i = 0; i < steps; i++) {
                trainer.step(batch);
            }
            return trainer.adapter().sha256();
        }
    }

    /** Policy and reference are one code, so that no rounding is left between them. */
    @Test
    void theFirstLossIsThreeLogTwo() {
        try (var trainer = open(Recording.GRAPH)) {
            var metrics = trainer.step(prepared(trainer));
            assertThat(metrics.get("loss")).isCloseTo(THREE_LOG_TWO, within(1e-6));
            assertThat(metrics.get("logps/chosen_change")).isZero();
            assertThat(metrics.get("grad_norm")).isPositive();
        }
    }

    @Test
    void aRunMadeAgainHasTheSameWeightsBitForBit() {
        var adapter = adapterAfter(3, Recording.GRAPH);

        assertThat(adapterAfter(3, Recording.GRAPH)).isEqualTo(adapter);
        assertThat(adapterAfter(3, Recording.LAYER_INPUTS)).isEqualTo(adapter);
        assertThat(adapterAfter(2, Recording.GRAPH)).isNotEqualTo(adapter);
    }

    @Test
    void aRestoredRunGoesOnBitForBit(@TempDir Path temp) throws IOException {
        var adapter = temp.resolve("adapter");
        var optimizer = temp.resolve("optimizer");
        try (var whole = open(Recording.GRAPH);
                var restored = open(Recording.GRAPH)) {
            var batch = prepared(whole);
            whole.step(batch);
            Files.write(adapter, whole.adapter().bytes());
            Files.write(optimizer, whole.optimizerState().bytes());
            restored.restore(1, adapter, optimizer);

            whole.step(batch);
            restored.step(prepared(restored));

            assertThat(restored.adapter().sha256()).isEqualTo(whole.adapter().sha256());
        }
    }

    /** A pair that was scored in one precision is not learned in another: the precision is part of the reference's name. */
    @Test
    void aPairOfTheOtherPrecisionIsRefused() {
        try (var trainer = PolicyTrainer.open(config(Precision.FP32), SETTINGS, Recording.GRAPH)) {
            assertThat(trainer.prepare(scored.get(0))).isInstanceOf(Trainer.Preparation.Refused.class);
        }
    }
}
