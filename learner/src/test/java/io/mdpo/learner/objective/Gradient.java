package io.mdpo.learner.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.mdpo.scorer.torch.Gradients;
import io.mdpo.scorer.torch.TorchProgram;
import java.util.function.BiFunction;

/** Gradients of a loss with respect to the log-probs of the policy. */
final class Gradient {
    /** Of a central difference; the loss has seven digits. */
    private static final float STEP = 1e-2f;

    private Gradient() {}

    /** The gradient that a backward pass has left in a tensor. */
    static float[] of(NDManager manager, NDArray tensor) {
        return new TorchProgram.Builder()
                .source("def gradient(self, x: Tensor) -> Tensor:\n  return unchecked_cast(Tensor, x.grad)\n")
                .compile(manager)
                .call(manager, "gradient", tensor)
                .get(0)
                .toFloatArray();
    }

    static void assertAgreesWithFiniteDifferences(
            NDManager manager,
            float[] policy,
            float[] reference,
            BiFunction<NDArray, NDArray, Objective.Result> objective) {
        var tensor = manager.create(policy);
        tensor.setRequiresGradient(true);
        Gradients.backward(
                manager, objective.apply(tensor, manager.create(reference)).loss());
        float[] gradient = of(manager, tensor);
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
