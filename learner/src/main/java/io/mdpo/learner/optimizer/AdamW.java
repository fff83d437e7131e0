package io.mdpo.learner.optimizer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.mdpo.scorer.torch.BlobSource;
import io.mdpo.scorer.torch.Safetensors;
import io.mdpo.scorer.torch.TorchProgram;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * AdamW over named tensors, in the order of their names. It reads the gradients that {@code backward} left on the
 * tensors, clips them together, steps and clears them.
 */
public final class AdamW {
    private static final List<String> STATE = List.of("first_moment", "second_moment", "step");

    private final NDManager manager;
    private final TorchProgram program;
    private final OptimizerConfig config;
    private final List<String> names;

    /**
     * @param manager lives as long as the optimizer: it owns the moments
     * @param parameters the tensors to train, each requiring a gradient
     */
    public AdamW(NDManager manager, Map<String, NDArray> parameters, OptimizerConfig config) {
        this.manager = manager;
        this.config = config;
        var sorted = new TreeMap<>(parameters);
        names = List.copyOf(sorted.keySet());
        program = new TorchProgram.Builder()
                .source(AdamW.class, "adamw.torchscript")
                .slot("parameters", "List[Tensor]")
                .slot("first", "List[Tensor]")
                .slot("second", "List[Tensor]")
                .slot("steps", "List[Tensor]")
                .compile(manager);
        program.call(manager, "init", List.copyOf(sorted.values()));
    }

    /** What one step did. */
    public record Step(double gradientNorm, double learningRate) {}

    /**
     * Takes one step.
     *
     * @param step how many were taken before
     * @return the total gradient norm before clipping; where it is not finite, no tensor was changed and the gradients
     *     were cleared
     */
    public Step step(long step) {
        try (var scratch = manager.newSubManager()) {
            var norm = program.call(scratch, "gradient_norm").get(0);
            double rate = config.learningRate(step);
            double value = norm.getFloat();
            if (Double.isFinite(value)) {
                program.call(
                        scratch,
                        "step",
                        norm,
                        config.maxGradNorm(),
                        rate,
                        config.beta1(),
                        config.beta2(),
                        config.epsilon(),
                        config.weightDecay());
            } else {
                clearGradients();
            }
            return new Step(value, rate);
        }
    }

    /** Total 2-norm of the gradients that were accumulated so far. */
    public double gradientNorm() {
        try (var scratch = manager.newSubManager()) {
            return program.call(scratch, "gradient_norm").get(0).getFloat();
        }
    }

    /** Forgets the gradients that were accumulated so far. */
    public void clearGradients() {
        program.call(manager, "zero_gradients");
    }

    /** The complete state as safetensors: {@code first_moment.NAME}, {@code second_moment.NAME}, {@code step.NAME}. */
    public BlobSource state() {
        return new State();
    }

    private final class State implements BlobSource {
        @Override
        public long size() {
            try (var scratch = manager.newSubManager()) {
                return file(scratch).size();
            }
        }

        @Override
        public void writeTo(OutputStream out) throws IOException {
            try (var scratch = manager.newSubManager()) {
                file(scratch).writeTo(out);
            }
        }

        private BlobSource file(NDManager scratch) {
            var tensors = program.call(scratch, "state");
            var named = new LinkedHashMap<String, NDArray>();
            for (int i = 0; i < tensors.size(); i++) {
                named.put(stateName(i), tensors.get(i));
            }
            return Safetensors.write(named, Map.of());
        }
    }

    /**
     * Continues from a file of what {@link #state()} gave for the same parameters; throws {@link IllegalArgumentException} if
     * it was given for others.
     */
    public void restore(Path state) {
        try (var scratch = manager.newSubManager()) {
            var saved = Safetensors.read(scratch, state);
            var own = program.call(scratch, "state");
            var ordered = new ArrayList<NDArray>();
            for (int i = 0; i < STATE.size() * names.size(); i++) {
                var tensor = saved.get(stateName(i));
                if (tensor == null) {
                    throw new IllegalArgumentException(
                            "the optimizer state has no %s: it belongs to another adapter".formatted(stateName(i)));
                }
                // Copying would stretch a tensor of fewer elements.
                if (!tensor.getShape().equals(own.get(i).getShape())) {
                    throw new IllegalArgumentException("%s of the optimizer state has the shape %s instead of %s"
                            .formatted(
                                    stateName(i), tensor.getShape(), own.get(i).getShape()));
                }
                ordered.add(tensor);
            }
            program.call(scratch, "restore", ordered);
        }
    }

    private String stateName(int i) {
        return STATE.get(i / names.size()) + "." + names.get(i % names.size());
    }
}
