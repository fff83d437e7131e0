package io.mdpo.learner.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.mdpo.learner.evaluation.Figure;
import io.mdpo.learner.lora.LoraConfig;
import io.mdpo.learner.objective.KtoConfig;
import io.mdpo.learner.objective.ObjectiveConfig;
import io.mdpo.learner.objective.PreferenceConfig;
import io.mdpo.learner.optimizer.OptimizerConfig;
import io.mdpo.learner.training.Trainer.Preparation;
import io.mdpo.schemas.avro.ScoredPair;
import io.mdpo.scorer.torch.Workers;
import io.mdpo.scorer.vlm.ModelConfig;
import io.mdpo.scorer.vlm.PackedScores.Recording;
import io.mdpo.scorer.vlm.PeftAdapter;
import io.mdpo.scorer.vlm.ReferenceId;
import io.mdpo.scorer.vlm.TinyLlava;
import io.mdpo.scorer.vlm.VisionLanguageModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PairEvaluatorTest {
    private static final int MICRO_BATCH = 60;

    @TempDir
    private static Path temp;

    private static Path directory;
    private static ReferenceId reference;
    private static final List<ScoredPair> HELD_OUT = new ArrayList<>();

    @BeforeAll
    static void scoreWithTheReference() {
        directory = TinyLlava.write(temp.resolve("model"), 11);
        HELD_OUT.addAll(GoldenPairs.scored(ModelConfig.cpu(directory, 1), TinyPairs.some(6)));
        try (var model = VisionLanguageModel.open(directory)) {
            reference = model.reference();
        }
    }

    @Test
    void theReferenceItselfHasThreeLogTwoAndNoMargin() {
        try (var model = VisionLanguageModel.open(directory)) {
            var figures = evaluator(PreferenceConfig.defaults()).evaluate(model);

            var values = Figure.values(figures);
            assertThat(values.get("loss")).isCloseTo(3 * Math.log(2), within(1e-6));
            assertThat(values.get("rewards/margins")).isCloseTo(0, within(1e-5));
            assertThat(values).containsKeys("rewards/accuracies", "rewards/image_margins", "logps/image_margins");
            assertThat(figures).extracting(Figure::samples).containsOnly(6);
        }
    }

    /** A step measures its batch before it learns it. */
    @Test
    void thePolicyHasTheFiguresThatAStepOverTheSamePairsWouldHave() {
        for (var objective : List.of(PreferenceConfig.mdpo(0.5, 0, 1, 1, 1), new KtoConfig(0.5, 1, 1, 0, 0))) {
            var model = VisionLanguageModel.open(directory);
            try (var trainer = trainer(model, objective)) {
                var batch = HELD_OUT.stream()
                        .map(pair -> ((Preparation.Ready) trainer.prepare(pair)).pair())
                        .toList();
                for (int i = 0; i < 5; i++) {
                    trainer.step(batch);
                }
                byte[] before = trainer.adapter().bytes();

                var figures = Figure.values(evaluator(objective).evaluate(model));

                assertThat(trainer.adapter().bytes()).isEqualTo(before);
                var step = trainer.step(batch);
                assertThat(figures.get("rewards/margins")).isGreaterThan(0.01);
                figures.forEach((name, value) -> assertThat(value).as(name).isCloseTo(step.get(name), within(1e-5)));
            }
        }
    }

    @Test
    void anAdapterIsMeasuredAndLeavesTheModelBare() throws IOException {
        var learned = temp.resolve("adapter");
        Map<String, Double> expected;
        var policy = VisionLanguageModel.open(directory);
        try (var trainer = trainer(policy, PreferenceConfig.defaults())) {
            var batch = HELD_OUT.stream()
                    .map(pair -> ((Preparation.Ready) trainer.prepare(pair)).pair())
                    .toList();
            trainer.step(batch);
            expected = Figure.values(evaluator(PreferenceConfig.defaults()).evaluate(policy));
            Files.createDirectories(learned);
            Files.write(
                    learned.resolve(PeftAdapter.WEIGHTS_FILE), trainer.adapter().bytes());
            Files.writeString(learned.resolve(PeftAdapter.CONFIG_FILE), trainer.adapterConfig());
        }
        try (var model = VisionLanguageModel.open(directory)) {
            var adapter = PeftAdapter.read(model.manager(), model.family(), learned);
            var evaluator = evaluator(PreferenceConfig.defaults());

            var measured = Figure.values(evaluator.evaluate(model, adapter));

            assertThat(measured).isEqualTo(expected);
            assertThat(Figure.values(evaluator.evaluate(model)).get("logps/chosen_change"))
                    .isCloseTo(0, within(1e-5));
            assertThat(measured.get("logps/chosen_change")).isNotCloseTo(0.0, within(1e-4));
        }
    }

    @Test
    void aPairOfAnotherReferenceIsNotMeasured() {
        try (var model = VisionLanguageModel.open(directory)) {
            var another = reference.with("precision", "other");
            var foreign = new PairEvaluator(HELD_OUT, another, PreferenceConfig.defaults(), MICRO_BATCH);

            assertThatIllegalArgumentException()
                    .isThrownBy(() -> foreign.evaluate(model))
                    .withMessageContainingAll("pair-0 cannot be evaluated: REFERENCE_MISMATCH", another.id());
        }
    }

    private static PairEvaluator evaluator(ObjectiveConfig objective) {
        return new PairEvaluator(HELD_OUT, reference, objective, MICRO_BATCH);
    }

    private static PolicyTrainer trainer(VisionLanguageModel model, ObjectiveConfig objective) {
        var settings = new PolicyTrainer.Settings(
                new LoraConfig(4, 8, List.of("q_proj", "v_proj")),
                objective,
                OptimizerConfig.defaults().withLearningRate(2e-2).withWarmupSteps(1),
                5,
                6,
                MICRO_BATCH);
        return new PolicyTrainer(
                model, new Workers("test-worker", 2, Integer.MAX_VALUE), settings, Optional.empty(), Recording.GRAPH);
    }
}
