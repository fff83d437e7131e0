package io.mdpo.scorer.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reverse-mode differentiation of what {@link TorchProgram#callWithGradients} recorded. Gradients are results, never left
 * on the tensors: several threads may differentiate with respect to the same ones. Thread-safe.
 */
public final class Gradients {
    private final TorchProgram program;

    /** @param manager lives as long as this */
    public Gradients(NDManager manager) {
        program = new TorchProgram.Builder()
                .source(Gradients.class, "gradients.torchscript")
                .compile(manager);
    }

    /**
     * d {@code loss} / d x, and releases the graph.
     *
     * @param results owns the gradients
     * @param loss a scalar, shape ()
     * @param inputs tensors that require a gradient, by name
     * @return of the inputs' shapes; without the inputs that {@code loss} does not depend on
     */
    public Map<String, NDArray> of(NDManager results, NDArray loss, Map<String, NDArray> inputs) {
        try (var one = results.ones(new Shape())) {
            return of(results, loss, one, inputs);
        }
    }

    /**
     * The product of {@code gradient} and d {@code output} / d x, and releases the graph.
     *
     * @param gradient of the loss with respect to {@code output}, of its shape
     */
    public Map<String, NDArray> of(NDManager results, NDArray output, NDArray gradient, Map<String, NDArray> inputs) {
        var given = program.call(results, "gradients", output, gradient, List.copyOf(inputs.values()));
        var found = new LinkedHashMap<String, NDArray>();
        int i = 0;
        for (var name : inputs.keySet()) {
            var tensor = given.get(i++);
            if (tensor.isEmpty()) {
                tensor.close();
            } else {
                found.put(name, tensor);
            }
        }
        return found;
    }
}
