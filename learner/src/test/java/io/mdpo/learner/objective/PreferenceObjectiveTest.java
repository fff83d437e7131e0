package io.mdpo.learner.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.mdpo.learner.objective.Objective.Batch;
import io.mdpo.scorer.torch.Torch;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The numbers are worked out by hand from the formulas of the paper; s(x) = 1 / (1 + exp(-x)). */
class PreferenceObjectiveTest {
    private final NDManager manager = Torch.newManager();

    @AfterEach
    void close() {
        manager.close();
    }

    /** Chosen of two tokens, rejected of one, chosen again under the corrupted image. */
    private static final PairLayout LAYOUT = PairLayout.of(List.of(new int[] {2, 1, 2}));

    private static final Batch ONE = new Batch(1, List.of());

    @Test
    void policyEqualToReferenceGivesThreeLogTwo() {
        var same = manager.create(new float[] {-700.5f, -800.25f, -3f, -1000f, -1234.5f});

        var result = objective(PreferenceConfig.defaults()).loss(manager, same, same.duplicate(), LAYOUT, ONE);

        assertThat(result.loss().getFloat()).isCloseTo((float) (3 * Math.log(2)), within(1e-6f));
        assertThat(result.pairs().toFloatArray()).containsExactly((float) (3 * Math.log(2)));
        assertThat(result.rewards().toFloatArray()).containsExactly(0, 0, 0);
    }

    @Test
    void everyTermIsTheNegativeLogSigmoidOfItsMargin() {
        // Log-ratios: chosen (-1 + 2) + (-2 + 4) = 3, rejected -5 + 4 = -1, corrupted (-3 + 3) + (-1 + 3) = 2.
        // beta 0.5: rewards 1.5, -0.5, 1. delta 0.25.
        // response -ln s(2) = ln(1 + e^-2) = 0.1269280; image -ln s(0.5) = 0.4740770; anchor -ln s(1.25) = 0.2519292.
        assertThat(loss(1, 1, 1)).isCloseTo(0.1269280 + 0.4740770 + 0.2519292, within(1e-6));
        assertThat(loss(1, 0, 0)).isCloseTo(0.1269280, within(1e-6));
        assertThat(loss(0, 2, 0)).isCloseTo(2 * 0.4740770, within(1e-6));
        assertThat(loss(0, 0, 3)).isCloseTo(3 * 0.2519292, within(1e-6));
    }

    /** Rewards as above with beta 0.5: chosen 1.5, rejected -0.5, corrupted 1; the margin is 2. */
    @Test
    void everyResponseLossIsItsFormula() {
        // h = 2 / 0.5 = 4, 1 / (2 * 0.5) = 1: (4 - 1)^2.
        assertThat(response(ResponseLoss.IPO, 0)).isCloseTo(9, within(1e-5));
        // The margin is 2, above 1.
        assertThat(response(ResponseLoss.HINGE, 0)).isCloseTo(0, within(1e-6));
        // -ln s(2) = 0.1269280, -ln s(-2) = 2.1269280: (0.8 * 0.1269280 - 0.2 * 2.1269280) / 0.6 = -0.5397387.
        assertThat(response(ResponseLoss.ROBUST, 0.2)).isCloseTo(-0.5397387, within(1e-6));
        assertThat(response(ResponseLoss.ROBUST, 0)).isCloseTo(0.1269280, within(1e-6));
        // -ln s(1.5) = 0.2014133, -ln s(-1.5) = 1.7014133, -ln s(0.5) = 0.4740770: 0.2014133 + (1.7014133 + 0.4740770)
        // / 2.
        assertThat(response(ResponseLoss.NCA, 0)).isCloseTo(1.2891585, within(1e-6));
    }

    @Test
    void theHingeIsOneWherePolicyAndReferenceAgree() {
        var config = only(terms -> terms.responseWeight(1).responseLoss(ResponseLoss.HINGE));

        assertThat(objective(config)
                        .loss(manager, reference(), reference(), LAYOUT, ONE)
                        .loss()
                        .getFloat())
                .isCloseTo(1, within(1e-6f));
    }

    @Test
    void anchorsOnTheRejectedAndTheCorruptedAskForRewardsBelowDelta() {
        // delta 0.25: -ln s(0.25 + 0.5) = ln(1 + e^-0.75) = 0.3868710; -ln s(0.25 - 1) = ln(1 + e^0.75) = 1.1368710.
        assertThat(loss(only(terms -> terms.rejectedAnchorWeight(1).delta(0.25))))
                .isCloseTo(0.3868710, within(1e-6));
        assertThat(loss(only(terms -> terms.corruptedAnchorWeight(1).delta(0.25))))
                .isCloseTo(1.1368710, within(1e-6));
    }

    @Test
    void theSupervisedTermIsTheMeanOverTheTokensOfTheChosenAnswer() {
        // The policy's chosen tokens have -1 and -2 nats.
        assertThat(loss(only(terms -> terms.sftWeight(2)))).isCloseTo(2 * 1.5, within(1e-6));
    }

    private double response(ResponseLoss kind, double labelSmoothing) {
        return loss(only(terms -> terms.responseWeight(1).responseLoss(kind).labelSmoothing(labelSmoothing)));
    }

    /** Beta 0.5 and no term but those that are added. */
    private static PreferenceConfig only(Consumer<PreferenceConfigBuilder> terms) {
        return PreferenceConfig.defaults().with(config -> {
            config.beta(0.5).responseWeight(0).imageWeight(0).anchorWeight(0);
            terms.accept(config);
        });
    }

    private double loss(PreferenceConfig config) {
        return objective(config)
                .loss(manager, policy(), reference(), LAYOUT, ONE)
                .loss()
                .getFloat();
    }

    @Test
    void gradientsAreThoseOfTheFormula() {
        // d(-ln s(x)) / dx = -s(-x). With s(-2) = 0.1192029, s(-0.5) = 0.3775407, s(-1.25) = 0.2227001 and beta 0.5:
        // chosen tokens -0.5 (0.1192029 + 0.3775407 + 0.2227001) = -0.3597219, rejected +0.0596015, corrupted
        // +0.1887703.
        var policy = policy();
        policy.setRequiresGradient(true);
        var result = objective(PreferenceConfig.mdpo(0.5, 0.25, 1, 1, 1))
                .loss(manager, policy, reference(), LAYOUT, new Batch(4, List.of()));
        float[] gradient = Gradient.of(manager, result.loss(), policy);

        double[] expected = {-0.3597219, -0.3597219, 0.0596015, 0.1887703, 0.1887703};
        for (int i = 0; i < expected.length; i++) {
            assertThat((double) gradient[i]).isCloseTo(expected[i] / 4, within(1e-6)); // Mean over a batch of 4.
        }
    }

    @Test
    void smallDifferencesOfLargeSumsSurvive() {
        // 1000 tokens of -1.1 nats whose policy is 1e-4 better each: the sums differ by 0.1, and -1100 in fp32 has
        // steps of 1.2e-4.
        float[] reference = new float[3000];
        float[] policy = new float[3000];
        for (int i = 0; i < reference.length; i++) {
            reference[i] = -1.1f;
            policy[i] = i < 1000 ? -1.1f + 1e-4f : -1.1f;
        }
        double exact = 1000 * ((double) (-1.1f + 1e-4f) - (double) -1.1f);
        var layout = PairLayout.of(List.of(new int[] {1000, 1000, 1000}));
        float[] rewards = objective(PreferenceConfig.mdpo(1, 0, 1, 1, 1))
                .loss(manager, manager.create(policy), manager.create(reference), layout, ONE)
                .rewards()
                .toFloatArray();

        assertThat((double) rewards[0]).isCloseTo(exact, within(1e-5));
    }

    @Test
    void aPairAboutTextAloneHasNoImageTerms() {
        // The pair above and one of text alone, with log-ratios chosen 2, rejected -2: rewards 1 and -1.
        var layout = PairLayout.of(List.of(new int[] {1, 1}, new int[] {2, 1, 2}, new int[] {1, 1}));
        var policy = manager.create(new float[] {-1, -5, -1, -2, -5, -3, -1, -1, -5});
        var reference = manager.create(new float[] {-3, -3, -2, -4, -4, -3, -3, -3, -3});
        // delta 0.25, corrupted anchor 0. response -ln s(2) = 0.1269280, anchor -ln s(0.75) = 0.3868710.
        var result = objective(PreferenceConfig.mdpo(0.5, 0.25, 1, 1, 1))
                .loss(manager, policy, reference, layout, new Batch(3, List.of()));

        assertThat(result.pairs().toFloatArray())
                .usingComparatorWithPrecision(1e-6f)
                .containsExactly(0.5137990f, 0.1269280f + 0.4740770f + 0.2519292f, 0.5137990f);
        assertThat(result.rewards().toFloatArray()).containsExactly(1, -1, 1.5f, -0.5f, 1, 1, -1);
        assertThat(result.loss().getFloat()).isCloseTo((2 * 0.5137990f + 0.8529342f) / 3, within(1e-6f));
    }

    @Test
    void policyEqualToReferenceGivesTwoLogTwoForTextAlone() {
        var same = manager.create(new float[] {-700.5f, -800.25f, -3f, -7f});
        var layout = PairLayout.of(List.of(new int[] {1, 1}, new int[] {1, 1}));

        var result = objective(PreferenceConfig.defaults())
                .loss(manager, same, same.duplicate(), layout, new Batch(2, List.of()));

        assertThat(result.loss().getFloat()).isCloseTo((float) (2 * Math.log(2)), within(1e-6f));
    }

    @Test
    void gradientsOfEveryTermAreThoseOfFiniteDifferences() {
        var layout = PairLayout.of(List.of(new int[] {2, 1, 2}, new int[] {1, 2}));
        for (var kind : ResponseLoss.values()) {
            var objective = objective(only(terms -> terms.delta(0.25)
                    .responseLoss(kind)
                    .labelSmoothing(0.1)
                    .responseWeight(1)
                    .imageWeight(0.7)
                    .anchorWeight(0.9)
                    .rejectedAnchorWeight(0.3)
                    .corruptedAnchorWeight(0.4)
                    .sftWeight(0.2)));

            Gradient.assertAgreesWithFiniteDifferences(
                    manager,
                    new float[] {-1, -2, -5, -3, -1, -2.5f, -0.5f, -4},
                    new float[] {-2, -4, -4, -3, -3, -2, -1, -3},
                    (policy, reference) -> objective.loss(manager, policy, reference, layout, new Batch(2, List.of())));
        }
    }

    private double loss(double response, double image, double anchor) {
        return loss(PreferenceConfig.mdpo(0.5, 0.25, response, image, anchor));
    }

    private Objective objective(PreferenceConfig config) {
        return config.open(manager);
    }

    private NDArray policy() {
        return manager.create(new float[] {-1, -2, -5, -3, -1});
    }

    private NDArray reference() {
        return manager.create(new float[] {-2, -4, -4, -3, -3});
    }
}
