package io.mdpo.learner.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.mdpo.learner.objective.Objective.Batch;
import io.mdpo.learner.objective.Objective.LogRatios;
import io.mdpo.scorer.torch.Torch;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The numbers are worked out by hand from Eq. 8 of the paper; s(x) = 1 / (1 + exp(-x)). */
class KtoObjectiveTest {
    /** Chosen of two tokens, rejected of one, chosen again under the corrupted image; then a pair of text alone. */
    private static final PairLayout LAYOUT = PairLayout.of(List.of(new int[] {2, 1, 2}, new int[] {1, 1}));

    private final NDManager manager = Torch.newManager();
    private final Objective objective = new KtoConfig(0.5, 1, 1.5).open(manager);

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void theReferencePointOfOneHalfIsTheMeanLogRatioOfTheOtherAndNeverBelowZero() {
        assertThat(objective.survey(List.of(new LogRatios(3, -1), new LogRatios(0, 2), new LogRatios(-6, 5))))
                .containsExactly(2.0, 0.0);
    }

    @Test
    void aLogRatioThatIsNoNumberMakesThePointNone() {
        assertThat(objective.survey(List.of(new LogRatios(Double.NaN, 1), new LogRatios(0, 2))))
                .containsExactly(1.5, Double.NaN);
    }

    @Test
    void policyEqualToReferenceGivesTheMeanOfHalfTheWeights() {
        var batch = new Batch(2, objective.survey(List.of(new LogRatios(0, 0), new LogRatios(0, 0))));

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
}
