package io.mdpo.learner.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.mdpo.learner.objective.Objective.Batch;
import io.mdpo.learner.objective.Objective.LogRatio;
import io.mdpo.learner.objective.PairLayout.Kind;
import io.mdpo.scorer.torch.Torch;
import io.mdpo.scorer.torch.TorchProgram;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The numbers are worked out by hand from Eq. 8 of the paper; s(x) = 1 / (1 + exp(-x)). */
class KtoObjectiveTest {
    /** Chosen of two tokens, rejected of one, chosen again under the corrupted image; then a pair of text alone. */
    private static final PairLayout LAYOUT = PairLayout.of(List.of(new int[] {2, 1, 2}, new int[] {1, 1}));

    /** A desirable answer with an image, an undesirable one, and a desirable one about text alone. */
    private static final PairLayout SINGLES =
            PairLayout.of(List.of(new int[] {2, 0, 2}, new int[] {0, 1, 0}, new int[] {1, 0}));

    private final NDManager manager = Torch.newManager();
    private final Objective objective = new KtoConfig(0.5, 1, 1.5, 0, 0).open(manager);
    private final Objective conditional = new KtoConfig(0.5, 1, 1.5, 2, 0).open(manager);

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void theReferencePointOfOneHalfIsTheMeanLogRatioOfTheOtherAndNeverBelowZero() {
        assertThat(objective.survey(ratios(3, -1, 0, 2, -6, 5))).containsExactly(2.0, 0.0);
    }

    @Test
    void aLogRatioThatIsNoNumberMakesThePointNone() {
        assertThat(objective.survey(ratios(Double.NaN, 1, 0, 2))).containsExactly(1.5, Double.NaN);
    }

    @Test
    void theAnswersOfABatchAreEnoughForItsPointsAndWhereThereAreNoneThePointIsZero() {
        var good = List.of(new LogRatio(Kind.CHOSEN, 3), new LogRatio(Kind.CHOSEN_GIVEN_CORRUPTED_IMAGE, 5));
        var bad = List.of(new LogRatio(Kind.REJECTED, 1));

        assertThat(objective.survey(good)).containsExactly(0.0, 3.0);
        assertThat(objective.survey(bad)).containsExactly(1.0, 0.0);
        assertThat(objective.survey(Stream.concat(good.stream(), bad.stream()).toList()))
                .containsExactly(1.0, 3.0);
    }

    @Test
    void withTheConditionalTermTheChosenGivenTheCorruptedImageIsAnUndesirableExample() {
        assertThat(conditional.survey(List.of(
                        new LogRatio(Kind.CHOSEN, 3),
                        new LogRatio(Kind.CHOSEN_GIVEN_CORRUPTED_IMAGE, 5),
                        new LogRatio(Kind.REJECTED, 1))))
                .containsExactly(3.0, 3.0);
    }

    @Test
    void policyEqualToReferenceGivesTheMeanOfHalfTheWeights() {
        var batch = new Batch(2, objective.survey(ratios(0, 0, 0, 0)));

        assertThat(objective
                        .loss(manager, policy(), policy(), LAYOUT, batch)
                        .loss()
                        .getFloat())
                .isCloseTo((0.5f + 0.75f) / 2, within(1e-6f));
    }

    @Test
    void everyAnswerIsJudgedForItself() {
        // Log-ratios: chosen 3, rejected -1, corrupted 2; then chosen 1, rejected 2. beta 0.5: rewards 1.5, -0.5, 1,
        // 0.5, 1.
        // Points 1 and 2, times beta 0.5 and 1.
        // Desirable: 1 - s(1.5 - 0.5) = 0.2689414, 1 - s(0.5 - 0.5) = 0.5.
        // Undesirable, weight 1.5: 1.5 (1 - s(1 + 0.5)) = 0.2736382, 1.5 (1 - s(1 - 1)) = 0.75.
        var result = objective.loss(manager, policy(), reference(), LAYOUT, new Batch(4, List.of(1.0, 2.0)));

        assertThat(result.rewards().toFloatArray()).containsExactly(1.5f, -0.5f, 1, 0.5f, 1);
        assertThat(result.pairs().toFloatArray())
                .usingComparatorWithPrecision(1e-6f)
                .containsExactly((0.2689414f + 0.2736382f) / 2, 1.25f / 2);
        assertThat(result.loss().getFloat()).isCloseTo((0.2689414f + 0.2736382f + 1.25f) / 8, within(1e-6f));
    }

    /**
     * Log-ratios: desirable 3, and 2 under its corrupted image; undesirable -1; desirable of text alone 1. beta 0.5: rewards
     * 1.5, 1, -0.5, 0.5. Points 1 and 2, times beta 0.5 and 1.
     */
    @Test
    void answersByThemselvesAreJudgedAsInAPair() {
        // 1 - s(1.5 - 0.5) = 0.2689414 and, of the corrupted image with weight 2, 2 (1 - s(1 - 1)) = 1.
        // 1.5 (1 - s(1 + 0.5)) = 0.2736382; 1 - s(0.5 - 0.5) = 0.5.
        var batch = new Batch(4, List.of(1.0, 2.0));
        var result = conditional.loss(manager, singlesPolicy(), singlesReference(), SINGLES, batch);

        assertThat(result.rewards().toFloatArray()).containsExactly(1.5f, 1, -0.5f, 0.5f);
        assertThat(result.pairs().toFloatArray())
                .usingComparatorWithPrecision(1e-6f)
                .containsExactly(1.2689414f, 0.2736382f, 0.5f);
        assertThat(result.loss().getFloat()).isCloseTo((1.2689414f + 0.2736382f + 0.5f) / 4, within(1e-6f));
    }

    @Test
    void theConditionalTermJoinsTheMeanOverAPairsTwoAnswers() {
        // The first pair's corrupted reward is 1, the undesirable point 1: 2 (1 - s(1 - 1)) = 1. The second has no
        // image.
        var result = conditional.loss(manager, policy(), reference(), LAYOUT, new Batch(4, List.of(1.0, 2.0)));

        assertThat(result.pairs().toFloatArray())
                .usingComparatorWithPrecision(1e-6f)
                .containsExactly((0.2689414f + 0.2736382f + 1) / 2, 1.25f / 2);
    }

    @Test
    void theAnchorIsTheNegativeLogSigmoidOfTheDesirableReward() {
        // Rewards 1.5 and 0.5: -ln s(1.5) = 0.2014133 and -ln s(0.5) = 0.4740770, three times each.
        var anchored = new KtoConfig(0.5, 1, 1.5, 2, 3).open(manager);
        var batch = new Batch(4, List.of(1.0, 2.0));
        var result = anchored.loss(manager, singlesPolicy(), singlesReference(), SINGLES, batch);

        assertThat(result.pairs().toFloatArray())
                .usingComparatorWithPrecision(1e-6f)
                .containsExactly(1.2689414f + 3 * 0.2014133f, 0.2736382f, 0.5f + 3 * 0.4740770f);
    }

    @Test
    void theFirstLossOfAnAnswerIsHalfTheWeightsOfItsExamples() {
        var batch = new Batch(3, List.of(0.0, 0.0));
        var result = conditional.loss(manager, singlesPolicy(), singlesPolicy(), SINGLES, batch);

        assertThat(result.pairs().toFloatArray()).containsExactly(0.5f + 1, 0.75f, 0.5f);
    }

    @Test
    void aPointOfAnySizeLeavesTheLossBetweenZeroAndTheWeightsAndMovesNothing() {
        var policy = singlesPolicy();
        policy.setRequiresGradient(true);
        var batch = new Batch(3, List.of(1e6, 1e6));
        var result = conditional.loss(manager, policy, singlesReference(), SINGLES, batch);

        assertThat(result.pairs().toFloatArray()).containsExactly(1, 0, 1);
        assertThat(Gradient.of(manager, result.loss(), policy)).containsOnly(0);
    }

    @Test
    void gradientsOfAnswersByThemselvesAreThoseOfTheFormula() {
        // Of 1 - s(x): -s(x) s(-x). Desirable -s(1) s(-1) = -0.1966119, two tokens; under the corrupted image, weight 2
        // and
        // the other sign, 2 s(0)^2 = 0.5; undesirable 1.5 s(1.5) s(-1.5) = 1.5 * 0.1491465; text alone -s(0)^2 = -0.25.
        var policy = singlesPolicy();
        policy.setRequiresGradient(true);
        var batch = new Batch(4, List.of(1.0, 2.0));
        var result = conditional.loss(manager, policy, singlesReference(), SINGLES, batch);
        float[] gradient = Gradient.of(manager, result.loss(), policy);

        double[] expected = {-0.1966119, -0.1966119, 0.5, 0.5, 1.5 * 0.1491465, -0.25};
        for (int i = 0; i < expected.length; i++) {
            assertThat((double) gradient[i]).isCloseTo(expected[i] * 0.5 / 4, within(1e-6));
        }
    }

    @Test
    void gradientsOfEveryTermAreThoseOfFiniteDifferencesInAMixedBatch() {
        var mixed = PairLayout.of(List.of(new int[] {2, 0, 2}, new int[] {2, 1, 2}, new int[] {0, 2, 0}));
        Gradient.assertAgreesWithFiniteDifferences(
                manager,
                new float[] {-1, -2, -5, -3, -1, -2, -1, -0.5f, -4, -2, -3},
                new float[] {-2, -4, -4, -3, -3, -1, -3, -0.7f, -2, -2.5f, -1},
                (policy, reference) -> new KtoConfig(0.5, 1, 1.5, 2, 3)
                        .open(manager)
                        .loss(manager, policy, reference, mixed, new Batch(3, List.of(1.0, 2.0))));
    }

    @Test
    void gradientsAreThoseOfTheFormula() {
        // d(1 - s(x)) / dx = -s(x) s(-x): -s(1) s(-1) = -0.1966119, -s(0)^2 = -0.25, -s(1.5) s(-1.5) = -0.1491465.
        // Each token has beta 0.5 of it and each answer half a pair; the undesirable 1.5 times that, and the other
        // sign.
        var policy = policy();
        policy.setRequiresGradient(true);
        var result = objective.loss(manager, policy, reference(), LAYOUT, new Batch(4, List.of(1.0, 2.0)));
        float[] gradient = Gradient.of(manager, result.loss(), policy);

        double[] expected = {-0.1966119, -0.1966119, 1.5 * 0.1491465, 0, 0, -0.25, 1.5 * 0.25};
        for (int i = 0; i < expected.length; i++) {
            assertThat((double) gradient[i]).isCloseTo(expected[i] * 0.5 / 2 / 4, within(1e-6));
        }
    }

    @Test
    void gradientsAreThoseOfFiniteDifferences() {
        Gradient.assertAgreesWithFiniteDifferences(
                manager,
                policy().toFloatArray(),
                reference().toFloatArray(),
                (policy, reference) ->
                        objective.loss(manager, policy, reference, LAYOUT, new Batch(2, List.of(1.0, 2.0))));
    }

    private NDArray policy() {
        return manager.create(new float[] {-1, -2, -5, -3, -1, -2, -1});
    }

    private NDArray reference() {
        return manager.create(new float[] {-2, -4, -4, -3, -3, -3, -3});
    }

    private NDArray singlesPolicy() {
        return manager.create(new float[] {-1, -2, -3, -1, -5, -2});
    }

    private NDArray singlesReference() {
        return manager.create(new float[] {-2, -4, -3, -3, -4, -3});
    }

    /** Of pairs: chosen, rejected, chosen, and so on. */
    private static List<LogRatio> ratios(double... nats) {
        return IntStream.range(0, nats.length)
                .mapToObj(i -> new LogRatio(i % 2 == 0 ? Kind.CHOSEN : Kind.REJECTED, nats[i]))
                .toList();
    }

    /** The loss as it was when every record was a pair: who has a run of that release goes on with the same gradients. */
    private static final String BEFORE = """
            def loss(self, log_probs: Tensor, reference: Tensor, lengths: List[int], chosen: List[int], rejected: List[int], chosen_point: float, rejected_point: float, batch: int) -> Tuple[Tensor, Tensor]:
              rewards = self.log_ratios(log_probs, reference, lengths) * self.beta
              desirable = 1. - torch.sigmoid(self.pick(rewards, chosen) - self.beta * chosen_point)
              undesirable = 1. - torch.sigmoid(self.beta * rejected_point - self.pick(rewards, rejected))
              pairs = (desirable * self.desirable_weight + undesirable * self.undesirable_weight) * 0.5
              return (torch.sum(pairs) / batch, torch.detach(pairs))
            """;

    @Test
    void pairsHaveTheBitsThatTheyHadBeforeThereWereAnswersByThemselves() {
        var before = new TorchProgram.Builder()
                .source(KtoObjective.class, "completions.torchscript")
                .source(BEFORE)
                .constant("beta", 0.3)
                .constant("desirable_weight", 0.7)
                .constant("undesirable_weight", 1.3)
                .compile(manager);
        var policy = policy();
        policy.setRequiresGradient(true);
        var was = before.callWithGradients(
                manager,
                "loss",
                policy,
                reference(),
                LAYOUT.lengths(),
                LAYOUT.places(Kind.CHOSEN),
                LAYOUT.places(Kind.REJECTED),
                0.123,
                0.456,
                7);
        float[] gradient = Gradient.of(manager, was.get(0), policy);
        var again = policy();
        again.setRequiresGradient(true);

        var is = new KtoConfig(0.3, 0.7, 1.3, 0, 0)
                .open(manager)
                .loss(manager, again, reference(), LAYOUT, new Batch(7, List.of(0.123, 0.456)));

        assertThat(is.pairs().toFloatArray()).isEqualTo(was.get(1).toFloatArray());
        assertThat(Gradient.of(manager, is.loss(), again)).isEqualTo(gradient);
    }
}
