package io.mdpo.learner.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import io.mdpo.learner.lora.LoraConfig;
import io.mdpo.learner.objective.KtoConfig;
import io.mdpo.learner.objective.ObjectiveConfig;
import io.mdpo.learner.objective.PreferenceConfig;
import io.mdpo.learner.objective.SimpoConfig;
import io.mdpo.learner.optimizer.OptimizerConfig;
import io.mdpo.schemas.RejectionReason;
import io.mdpo.schemas.avro.LogProbs;
import io.mdpo.schemas.avro.Reference;
import io.mdpo.schemas.avro.ScoredPair;
import io.mdpo.scorer.torch.TorchProgramException;
import io.mdpo.scorer.torch.Workers;
import io.mdpo.scorer.vlm.ModelConfig;
import io.mdpo.scorer.vlm.PackedScores.Recording;
import io.mdpo.scorer.vlm.TinyLlava;
import io.mdpo.scorer.vlm.VisionLanguageModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyTrainerTest {
    private static final double THREE_LOG_TWO = 3 * Math.log(2);
    private static final LoraConfig LORA = new LoraConfig(4, 8, List.of("q_proj", "v_proj", "down_proj"));
    private static final OptimizerConfig OPTIMIZER = OptimizerConfig.defaults()
            .with(config -> config.learningRate(2e-2).weightDecay(0.01).warmupSteps(2));
    private static final PreferenceConfig OBJECTIVE = PreferenceConfig.mdpo(0.5, 0, 1, 1, 1);

    private static Path directory;
    private static List<ScoredPair> scored;
    private static List<ScoredPair> scoredSingles;

    @BeforeAll
    static void scoreWithTheReference(@TempDir Path temp) {
        directory = TinyLlava.write(temp, 11);
        scored = GoldenPairs.scored(ModelConfig.cpu(directory, 1), TinyPairs.some(8));
        scoredSingles = GoldenPairs.scored(ModelConfig.cpu(directory, 1), TinyPairs.singles(8));
    }

    @Test
    void theFirstLossOfAFreshAdapterIsThreeLogTwo() {
        try (var run = new Run(LORA, 4096)) {
            var metrics = run.training.step(run.prepared);

            assertThat(metrics.get("loss")).isCloseTo(THREE_LOG_TWO, within(1e-6));
            assertThat(metrics.get("rewards/margins")).isCloseTo(0, within(1e-5));
            assertThat(metrics.get("logps/chosen_change")).isCloseTo(0, within(1e-5));
            assertThat(metrics.get("logps/chosen")).isLessThan(-5);
            assertThat(metrics.get("grad_norm")).isPositive();
        }
    }

    @Test
    void stepsLearnThePreferences() {
        try (var run = new Run(LORA, 4096)) {
            Map<String, Double> last = Map.of();
            for (int i = 0; i < 30; i++) {
                last = run.training.step(run.prepared);
            }
            assertThat(last.get("loss")).isLessThan(0.5 * THREE_LOG_TWO);
            assertThat(last.get("rewards/accuracies")).isEqualTo(1);
            assertThat(last.get("rewards/image_accuracies")).isEqualTo(1);
            assertThat(last.get("logps/chosen_change")).isPositive();
        }
    }

    /** A reference log-prob of -3e38 twice makes a sum of minus infinity, and so an infinite loss. */
    @Test
    void onlyThePairWhoseLossIsInfiniteIsGuiltyAndNothingChanges() {
        try (var run = new Run(LORA, 4096)) {
            run.steps(2);
            var adapter = run.training.adapter().sha256();
            var optimizer = run.training.optimizerState().sha256();
            var batch = new ArrayList<>(run.prepared);
            var logProbs = scored.get(1).getLogProbs();
            var extreme = with(
                    scored.get(1),
                    new LogProbs(
                            logProbs.getChosen(),
                            Collections.nCopies(logProbs.getRejected().size(), -3e38f),
                            logProbs.getChosenGivenCorruptedImage()));
            batch.set(1, ((Trainer.Preparation.Ready) run.training.prepare(extreme)).pair());

            var metrics = run.training.step(batch);

            assertThat(metrics.values()).anyMatch(value -> !Double.isFinite(value));
            assertThat(run.training.faulty(batch))
                    .extracting(Trainer.Fault::place, Trainer.Fault::reason)
                    .containsExactly(tuple(1, RejectionReason.NON_FINITE));
            assertThat(run.training.step()).isEqualTo(2);
            assertThat(run.training.adapter().sha256()).isEqualTo(adapter);
            assertThat(run.training.optimizerState().sha256()).isEqualTo(optimizer);
        }
    }

    /** More log-probs than the pair has tokens: preparation refuses such a pair, so this one comes past it. */
    @Test
    void onlyThePairThatTheEngineCannotTakeIsGuiltyAndTheStepWithoutItIsAsIfItHadNeverBeen() {
        String without;
        try (var run = new Run(LORA, 60)) {
            run.steps(2);
            run.training.step(run.prepared.subList(0, 7));
            without = run.training.adapter().sha256();
        }
        try (var run = new Run(LORA, 60)) {
            run.steps(2);
            var batch = new ArrayList<>(run.prepared.subList(0, 7));
            batch.add(3, new EncodedScoredPair(((EncodedScoredPair) run.prepared.get(7)).encoded(), new float[999]));

            assertThatThrownBy(() -> run.training.step(batch))
                    .isInstanceOf(FailedPassException.class)
                    .cause()
                    .isInstanceOf(TorchProgramException.class);
            assertThat(run.training.faulty(batch)).singleElement().satisfies(fault -> {
                assertThat(fault.place()).isEqualTo(3);
                assertThat(fault.reason()).isEqualTo(RejectionReason.UNPREPARABLE_PAIR);
                assertThat(fault.message()).contains("TorchProgramException in io.mdpo.");
            });
            batch.remove(3);
            run.training.step(batch);

            assertThat(run.training.adapter().sha256()).isEqualTo(without);
        }
    }

    private static ScoredPair with(ScoredPair pair, LogProbs logProbs) {
        return new ScoredPair(pair.getPair(), pair.getCorruptions(), logProbs, pair.getReference());
    }

    @Test
    void aReferenceLogProbThatIsNoNumberIsRefusedBeforeTheStep() {
        try (var run = new Run(LORA, 4096)) {
            var logProbs = scored.get(0).getLogProbs();
            var broken = with(
                    scored.get(0),
                    new LogProbs(
                            Collections.nCopies(logProbs.getChosen().size(), Float.NaN),
                            logProbs.getRejected(),
                            logProbs.getChosenGivenCorruptedImage()));

            assertThat(run.training.prepare(broken))
                    .isInstanceOfSatisfying(Trainer.Preparation.Refused.class, refused -> assertThat(refused.reason())
                            .isEqualTo(RejectionReason.NON_FINITE));
        }
    }

    @Test
    void layersComputedTwiceGiveTheSameWeightsBitForBit() {
        String whole;
        try (var run = new Run(LORA, 4096)) {
            run.steps(3);
            whole = run.training.adapter().sha256();
        }
        try (var run = new Run(LORA, 4096, Recording.LAYER_INPUTS)) {
            run.steps(3);

            assertThat(run.training.adapter().sha256()).isEqualTo(whole);
        }
    }

    @Test
    void aRestoredRunEqualsTheUninterruptedOneBitForBit() throws IOException {
        var adapter = directory.resolve("saved-adapter");
        var optimizer = directory.resolve("saved-optimizer");
        String uninterrupted;
        try (var run = new Run(LORA, 4096)) {
            run.steps(3);
            Files.write(adapter, run.training.adapter().bytes());
            Files.write(optimizer, run.training.optimizerState().bytes());
            run.steps(3);
            uninterrupted = run.training.adapter().sha256();
        }
        try (var run = new Run(LORA, 4096)) {
            run.training.restore(3, adapter, optimizer);
            run.steps(3);

            assertThat(run.training.step()).isEqualTo(6);
            assertThat(run.training.adapter().sha256()).isEqualTo(uninterrupted);
        }
    }

    @Test
    void microBatchesAccumulateToTheGradientOfTheBatch() {
        Map<String, Double> whole;
        Map<String, Double> parts;
        try (var run = new Run(LORA, 4096)) {
            run.steps(2);
            whole = run.training.step(run.prepared);
        }
        try (var run = new Run(LORA, 60)) {
            run.steps(2);
            parts = run.training.step(run.prepared);
        }
        assertThat(parts.keySet()).isEqualTo(whole.keySet());
        whole.forEach((name, value) ->
                assertThat(parts.get(name)).as(name).isCloseTo(value, within(1e-4 * Math.max(1, Math.abs(value)))));
    }

    @Test
    void everyObjectiveLearnsToTellTheAnswersApart() {
        for (var objective : List.of(new SimpoConfig(2, 0.5), new KtoConfig(0.5, 1, 1, 0, 0))) {
            try (var run = new Run(objective, 4096)) {
                run.steps(30);

                var last = run.training.step(run.prepared);

                assertThat(last.get("rewards/accuracies"))
                        .as(objective.toString())
                        .isEqualTo(1);
            }
        }
    }

    @Test
    void theFirstLossOfKtoIsAHalfAndOfSimpoDependsOnTheAnswers() {
        try (var run = new Run(KtoConfig.defaults(), 4096)) {
            assertThat(run.training.step(run.prepared).get("loss")).isCloseTo(0.5, within(1e-6));
        }
        try (var run = new Run(SimpoConfig.defaults(), 4096)) {
            var first = run.training.step(run.prepared);

            assertThat(first.get("rewards/chosen")).isNegative();
            assertThat(first.get("logps/chosen_change")).isCloseTo(0, within(1e-5));
        }
    }

    /** The reference points of KTO come from the whole batch, however it is split. */
    @Test
    void microBatchesDoNotChangeALossThatDependsOnTheWholeBatch() {
        Map<String, Double> whole;
        Map<String, Double> parts;
        try (var run = new Run(new KtoConfig(0.5, 1, 1, 0, 0), 4096)) {
            run.steps(5);
            whole = run.training.step(run.prepared);
        }
        try (var run = new Run(new KtoConfig(0.5, 1, 1, 0, 0), 60)) {
            run.steps(5);
            parts = run.training.step(run.prepared);
        }
        assertThat(whole.get("rewards/chosen")).isGreaterThan(0.1);
        for (var name : List.of("loss", "grad_norm", "rewards/margins")) {
            assertThat(parts.get(name)).as(name).isCloseTo(whole.get(name), within(1e-4));
        }
    }

    @Test
    void answersByThemselvesAreLearnedWithoutAPartner() {
        try (var run = new Run(new KtoConfig(0.5, 1, 1, 1, 0), 4096)) {
            var batch = run.singles(8);

            var first = run.training.step(batch);

            // Half of them desirable, with an example of the corrupted image each.
            double atFirst = (4 * (0.5 + 0.5) + 4 * 0.5) / 8;
            assertThat(first.get("loss")).isCloseTo(atFirst, within(1e-6));
            assertThat(first)
                    .containsKeys("rewards/chosen", "rewards/rejected", "rewards/image_margins", "logps/chosen_change")
                    .doesNotContainKeys("rewards/margins", "rewards/accuracies");
            var last = first;
            for (int i = 0; i < 30; i++) {
                last = run.training.step(batch);
            }
            assertThat(last.get("loss")).isLessThan(0.5 * atFirst);
            assertThat(last.get("rewards/chosen")).isPositive();
            assertThat(last.get("rewards/rejected")).isNegative();
            assertThat(last.get("rewards/image_accuracies")).isEqualTo(1);
        }
    }

    /** Eight pairs and four answers, whose figures are means over those that have them; however they fall into micro-batches. */
    @Test
    void pairsAndAnswersByThemselvesShareABatchAndItsReferencePoints() {
        var objective = new KtoConfig(0.5, 1, 1, 1, 0);
        Map<String, Double> whole;
        Map<String, Double> parts;
        try (var run = new Run(objective, 4096)) {
            run.steps(5);
            whole = run.training.step(run.mixed(4));
        }
        try (var run = new Run(objective, 60)) {
            run.steps(5);
            parts = run.training.step(run.mixed(4));
        }
        try (var run = new Run(objective, 4096)) {
            run.steps(5);
            var pairs = run.training.step(run.prepared);

            assertThat(whole.get("rewards/margins")).isCloseTo(pairs.get("rewards/margins"), within(1e-4));
            assertThat(whole.get("rewards/chosen")).isNotCloseTo(pairs.get("rewards/chosen"), within(1e-3));
        }
        assertThat(parts.keySet()).isEqualTo(whole.keySet());
        for (var name : List.of("loss", "grad_norm", "rewards/chosen", "rewards/rejected", "rewards/image_margins")) {
            assertThat(parts.get(name)).as(name).isCloseTo(whole.get(name), within(1e-4));
        }
    }

    @Test
    void anObjectiveThatComparesTwoAnswersRefusesOneAndNamesTheSetting() {
        for (var objective : List.of(PreferenceConfig.defaults(), SimpoConfig.defaults())) {
            try (var run = new Run(objective, 4096)) {
                var kind = objective instanceof SimpoConfig ? "simpo" : "preference";
                for (var single : scoredSingles) {
                    assertThat(run.training.prepare(single))
                            .isInstanceOfSatisfying(Trainer.Preparation.Refused.class, refused -> {
                                assertThat(refused.reason()).isEqualTo(RejectionReason.UNPAIRED_ANSWER);
                                assertThat(refused.message())
                                        .contains(
                                                single.getPair().getKind() + " by itself",
                                                "learner.objective.kind = " + kind);
                            });
                }
            }
        }
    }

    @Test
    void theReferenceScoresTheAnswersThatAreThere() {
        var good = scoredSingles.get(0);
        var bad = scoredSingles.get(1);

        assertThat(good.getLogProbs().getRejected()).isEmpty();
        assertThat(good.getLogProbs().getChosenGivenCorruptedImage())
                .hasSameSizeAs(good.getLogProbs().getChosen());
        assertThat(good.getCorruptions()).hasSize(1);
        assertThat(bad.getLogProbs().getChosen()).isEmpty();
        assertThat(bad.getLogProbs().getChosenGivenCorruptedImage()).isEmpty();
        assertThat(bad.getLogProbs().getRejected()).isNotEmpty();
        assertThat(bad.getCorruptions()).isEmpty();
    }

    @Test
    void theFirstLossOfTextAloneIsTwoLogTwoAndNothingIsSaidOfImages() {
        try (var run = new Run(LORA, 4096)) {
            var batch = List.of(run.textAlone(0), run.textAlone(1));

            var metrics = run.training.step(batch);

            assertThat(metrics.get("loss")).isCloseTo(2 * Math.log(2), within(1e-6));
            assertThat(metrics).containsKeys("rewards/margins", "logps/chosen", "grad_norm");
            assertThat(metrics.keySet())
                    .noneMatch(name -> name.contains("image"))
                    .contains("rewards/accuracies");
            for (int i = 0; i < 30; i++) {
                metrics = run.training.step(batch);
            }
            assertThat(metrics.get("loss")).isLessThan(Math.log(2));
            assertThat(metrics.get("rewards/accuracies")).isEqualTo(1);
        }
    }

    /** Of eight pairs with an image and two without: however they fall into micro-batches. */
    @ParameterizedTest
    @ValueSource(ints = {60, 4096})
    void imagesAreMeasuredOverThePairsThatHaveOne(int maxMicroBatchTokens) {
        double imageMargin;
        try (var run = new Run(LORA, maxMicroBatchTokens)) {
            imageMargin = run.training.step(run.prepared).getOrDefault("logps/image_margins", Double.NaN);
        }
        try (var run = new Run(LORA, maxMicroBatchTokens)) {
            var mixed = new ArrayList<>(run.prepared);
            mixed.add(3, run.textAlone(0));
            mixed.add(run.textAlone(1));

            var metrics = run.training.step(mixed);

            assertThat(metrics.get("logps/image_margins")).isCloseTo(imageMargin, within(1e-4));
            assertThat(metrics.get("loss")).isCloseTo((8 * 3 + 2 * 2) / 10.0 * Math.log(2), within(1e-6));
        }
    }

    @Test
    void aPairOfAnotherReferenceIsRefusedByBothNames() {
        try (var run = new Run(LORA, 4096)) {
            var own = scored.get(0);
            var foreign = new ScoredPair(
                    own.getPair(), own.getCorruptions(), own.getLogProbs(), new Reference("another", null));

            assertThat(run.training.prepare(foreign))
                    .isInstanceOfSatisfying(Trainer.Preparation.Refused.class, refused -> {
                        assertThat(refused.reason()).isEqualTo(RejectionReason.REFERENCE_MISMATCH);
                        assertThat(refused.message())
                                .contains("another", run.model.reference().id());
                    });
        }
    }

    /** A model with a fresh adapter and the scored pairs prepared for it. */
    private static final class Run implements AutoCloseable {
        private final VisionLanguageModel model = VisionLanguageModel.open(directory);
        private final List<Trainer.PreparedPair> prepared;
        private final PolicyTrainer training;

        Run(LoraConfig lora, int maxMicroBatchTokens) {
            this(lora, maxMicroBatchTokens, Recording.GRAPH);
        }

        Run(ObjectiveConfig objective, int maxMicroBatchTokens) {
            this(LORA, objective, maxMicroBatchTokens, Recording.GRAPH);
        }

        Run(LoraConfig lora, int maxMicroBatchTokens, Recording recording) {
            this(lora, OBJECTIVE, maxMicroBatchTokens, recording);
        }

        private Run(LoraConfig lora, ObjectiveConfig objective, int maxMicroBatchTokens, Recording recording) {
            training = new PolicyTrainer(
                    model,
                    new Workers("test-worker", 2, Integer.MAX_VALUE),
                    new PolicyTrainer.Settings(lora, objective, OPTIMIZER, 5, 8, maxMicroBatchTokens),
                    Optional.empty(),
                    recording);
            prepared = scored.stream()
                    .map(training::prepare)
                    .map(outcome -> ((Trainer.Preparation.Ready) outcome).pair())
                    .toList();
        }

        List<Trainer.PreparedPair> singles(int count) {
            return scoredSingles.subList(0, count).stream()
                    .map(training::prepare)
                    .map(outcome -> ((Trainer.Preparation.Ready) outcome).pair())
                    .toList();
        }

        /** All pairs, and some answers by themselves at their beginning, in the middle and at the end. */
        List<Trainer.PreparedPair> mixed(int answers) {
            var mixed = new ArrayList<>(prepared);
            var singles = singles(answers);
            for (int i = 0; i < answers; i++) {
                mixed.add(i * mixed.size() / Math.max(1, answers - 1), singles.get(i));
            }
            return mixed;
        }

        /** A pair about text alone that the reference has scored, ready for a step. */
        Trainer.PreparedPair textAlone(int number) {
            var text = GoldenPairs.scored(ModelConfig.cpu(directory, 1), List.of(TinyPairs.textAlone(number)));
            return ((Trainer.Preparation.Ready) training.prepare(text.get(0))).pair();
        }

        void steps(int count) {
            for (int i = 0; i < count; i++) {
                training.step(prepared);
            }
        }

        @Override
        public void close() {
            training.close();
        }
    }
}
