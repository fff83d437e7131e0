package io.mdpo.learner.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.mdpo.learner.objective.Objective.Batch;
import io.mdpo.scorer.torch.Torch;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The numbers are worked out by hand from Eq. 6 of the paper; s(x) = 1 / (1 + exp(-x)). */
class SimpoObjectiveTest {
    /** Chosen of two tokens, rejected of three, chosen again under the corrupted image; then a pair of text alone. */
    private static final PairLayout LAYOUT = PairLayout.of(List.of(new int[] {2, 3, 2}, new int[] {1, 2}));

    private static final Batch BATCH = new Batch(4, List.of());

    private final NDManager manager = Torch.newManager();
    private final Objective objective = new SimpoConfig(2, 0.5).open(manager);

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void theLossIsTheNegativeLogSigmoidOfTheMarginOfMeans() {
        // Means: chosen -1.5, rejected -2, corrupted -2; then -1 and -0.75. Rewards are twice that.
        // Margins less gamma: -3 + 4 - 0.5 = 0.5 and -2 + 1.5 - 0.5 = -1; -ln s(0.5) = 0.4740770, -ln s(-1) =
        // 1.3132617.
        var result = objective.loss(manager, policy(), reference(), LAYOUT, BATCH);

        assertThat(result.rewards().toFloatArray()).containsExactly(-3, -4, -4, -2, -1.5f);
        assertThat(result.pairs().toFloatArray())
                .usingComparatorWithPrecision(1e-6f)
                .containsExactly(0.4740770f, 1.3132617f);
        assertThat(result.loss().getFloat()).isCloseTo((0.4740770f + 1.3132617f) / 4, within(1e-6f));
    }

    @Test
    void theReferenceTakesNoPart() {
        var result = objective.loss(manager, policy(), policy(), LAYOUT, BATCH);

        assertThat(result.loss().getFloat())
                .isEqualTo(objective
                        .loss(manager, policy(), reference(), LAYOUT, BATCH)
                        .loss()
                        .getFloat());
    }

    @Test
    void gradientsAreThoseOfTheFormula() {
        // d(-ln s(x)) / dx = -s(-x): -s(-0.5) = -0.3775407 and -s(1) = -0.7310586. A token of an answer of n has 2 / n
        // of it.
        var policy = policy();
        policy.setRequiresGradient(true);
        float[] gradient = Gradient.of(
                manager,
                objective.loss(manager, policy, reference(), LAYOUT, BATCH).loss(),
                policy);

        double first = 0.3775407;
        double second = 0.7310586;
        double[] expected = {
            -first, -first, 2 * first / 3, 2 * first / 3, 2 * first / 3, 0, 0, -2 * second, second, second
        };
        for (int i = 0; i < expected.length; i++) {
            assertThat((double) gradient[i]).isCloseTo(expected[i] / 4, within(1e-6));
        }
    }

    @Test
    void gradientsAreThoseOfFiniteDifferences() {
        Gradient.assertAgreesWithFiniteDifferences(
                manager,
                policy().toFloatArray(),
                reference().toFloatArray(),
                (policy, reference) -> objective.loss(manager, policy, reference, LAYOUT, BATCH));
    }

    private NDArray policy() {
        return manager.create(new float[] {-1, -2, -3, -1, -2, -1, -3, -1, -0.5f, -1});
    }

    private NDArray reference() {
        return manager.create(new float[] {-2, -4, -4, -3, -3, -1, -1, -1, -1, -1});
    }
}
