package io.mdpo.learner.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.mdpo.scorer.torch.Gradients;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;

/** Gradients of a loss with respect to the log-probs of the policy. */
final class Gradient {
    /** Of a central difference; the loss has seven digits. */
    private static final float STEP = 1e-2f;

    private Gradient() {}

    /** Of a loss with respect to a tensor that requires one. */
    static float[] of(NDManager manager, NDArray loss, NDArray tensor) {
        var found = new Gradients(manager).of(manager, loss, Map.of("tensor", tensor));
        return Objects.requireNonNull(found.get("tensor")).toFloatArray();
    }

    static void assertAgreesWithFiniteDifferences(
            NDManager manager,
            float[] policy,
            float[] reference,
            BiFunction<NDArray, NDArray, Objective.Result> objective) {
        var tensor = manager.create(policy);
        tensor.setRequiresGradient(true);
        float[] gradient =
                of(manager, objective.apply(tensor, manager.create(reference)).loss(), tensor);
        for (int i = 0; i < policy.length; i++) {
            double above = loss(manager, moved(policy, i, STEP), reference, objective);
            double below = loss(manager, moved(policy, i, -STEP), reference, objective);
            assertThat((double) gradient[i]).as("token %d", i).isCloseTo((above - below) / (2 * STEP), within(2e-4));
        }
    }

    private static double loss(
            NDManager manager,
            float[] policy,
            float[] reference,
            BiFunction<NDArray, NDArray, Objective.Result> objective) {
        return objective
                .apply(manager.create(policy), manager.create(reference))
                .loss()
                .getFloat();
    }

    private static float[] moved(float[] values, int place, float step) {
        float[] moved = values.clone();
        moved[place] += step;
        return moved;
    }
}
