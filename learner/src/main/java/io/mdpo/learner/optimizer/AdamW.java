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
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * AdamW over named tensors, in the order of their names. It sums the gradients that it is given, clips the sums together,
 * steps and clears them. For one thread at a time.
 */
public final class AdamW {
    private static final List<String> STATE = List.of("first_moment", "second_moment", "step");

    private final NDManager manager;
    private final TorchProgram program;
    private final OptimizerConfig config;
    private final List<String> names;

    /**
     * @param manager lives as long as the optimizer: it owns the moments
     * @param parameters the tensors to train, fp32
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
                .slot("total", "List[Tensor]")
                .compile(manager);
        program.call(manager, "init", List.copyOf(sorted.values()));
    }

    /** What one step did. */
    public record Step(double gradientNorm, double learningRate) {}

    /**
     * Adds to the sums. The order of the calls decides the last bits.
     *
     * @param gradients by the parameters' names; those that are not named have none
     */
    public void add(Map<String, NDArray> gradients) {
        long[] places = gradients.keySet().stream().mapToLong(this::place).toArray();
        try (var scratch = manager.newSubManager()) {
            program.call(scratch, "add", places, List.copyOf(gradients.values()));
        }
    }

    private int place(String name) {
        int place = Collections.binarySearch(names, name);
        if (place < 0) {
            throw new IllegalArgumentException("a gradient of %s, which is not trained".formatted(name));
        }
        return place;
    }

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

    /** Total 2-norm of the gradients that were added since the last step. */
    public double gradientNorm() {
        try (var scratch = manager.newSubManager()) {
            return program.call(scratch, "gradient_norm").get(0).getFloat();
        }
    }

    /** Forgets the gradients that were added since the last step. */
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
