package io.mdpo.scorer.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;

/** Reverse-mode differentiation of what {@link TorchProgram#callWithGradients} recorded. */
public final class Gradients {
    private Gradients() {}

    /**
     * Adds d {@code loss} / d x to the gradient of every leaf x that requires one and releases the graph.
     *
     * @param scratch owns the temporary tensors
     * @param loss a scalar, shape ()
     */
    public static void backward(NDManager scratch, NDArray loss) {
        try (var one = scratch.ones(new Shape())) {
            JniUtils.backward((PtNDArray) loss, (PtNDArray) one, false, false);
        }
    }

    /**
     * Adds the product of {@code gradient} and d {@code output} / d x to the gradient of every leaf x that requires one
     * and releases the graph.
     *
     * @param gradient of the loss with respect to {@code output}, of its shape
     */
    public static void backward(NDArray output, NDArray gradient) {
        JniUtils.backward((PtNDArray) output, (PtNDArray) gradient, false, false);
    }
}
