package io.mdpo.scorer.vlm;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.mdpo.scorer.torch.Gradients;
import io.mdpo.scorer.torch.TorchProgram;
import io.mdpo.scorer.vlm.PackedScores.Recording;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Runs {@code packed.torchscript} in one call, or layer by layer where only layer inputs are kept. */
final class PackedForward {
    private static final String INPUT = "";

    private final TorchProgram program;
    private final Gradients gradients;
    private final int layers;

    /** @param gradients lives as long as the program */
    PackedForward(TorchProgram program, Gradients gradients, int layers) {
        this.program = program;
        this.gradients = gradients;
        this.layers = layers;
    }

    /** @param adapter what the program has bound */
    PackedScores run(
            NDManager scratch,
            NDArray features,
            Map<String, NDArray> plan,
            Map<String, NDArray> adapter,
            Recording recording,
            boolean statistics) {
        return switch (recording) {
            case NONE -> new Unrecorded(program.call(scratch, "completion_log_probs", features, plan, statistics));
            case GRAPH ->
                new Whole(
                        program.callWithGradients(scratch, "completion_log_probs", features, plan, statistics),
                        adapter);
            case LAYER_INPUTS -> new Layered(scratch, features, plan, adapter, statistics);
        };
    }

    private record Unrecorded(NDArray logProbs, NDArray statistics) implements PackedScores {
        Unrecorded(NDList result) {
            this(result.get(0), result.get(1));
        }

        @Override
        public Map<String, NDArray> gradients(NDManager results, NDArray loss) {
            throw new IllegalStateException("scored without recording, so there are no gradients");
        }
    }

    private final class Whole implements PackedScores {
        private final NDList result;
        private final Map<String, NDArray> adapter;

        Whole(NDList result, Map<String, NDArray> adapter) {
            this.result = result;
            this.adapter = adapter;
        }

        @Override
        public NDArray logProbs() {
            return result.get(0);
        }

        @Override
        public NDArray statistics() {
            return result.get(1);
        }

        @Override
        public Map<String, NDArray> gradients(NDManager results, NDArray loss) {
            return gradients.of(results, loss, adapter);
        }
    }

    /** Activation checkpointing (Chen et al. 2016, arXiv 1604.06174), a layer at a time. */
    private final class Layered implements PackedScores {
        private final NDManager scratch;
        private final Map<String, NDArray> plan;
        private final Map<String, NDArray> adapter;
        private final NDArray cos;
        private final NDArray sin;
        private final List<NDArray> inputs = new ArrayList<>();
        private final NDList result;

        Layered(
                NDManager scratch,
                NDArray features,
                Map<String, NDArray> plan,
                Map<String, NDArray> adapter,
                boolean statistics) {
            this.scratch = scratch;
            this.plan = plan;
            this.adapter = adapter;
            var angles = program.call(scratch, "rotary", Objects.requireNonNull(plan.get("positions")));
            cos = angles.get(0);
            sin = angles.get(1);
            inputs.add(program.call(scratch, "packed_input", features, plan).get(0));
            for (int i = 0; i < layers - 1; i++) {
                inputs.add(program.call(scratch, "packed_layer", inputs.get(i), cos, sin, plan, i)
                        .get(0));
            }
            inputs.forEach(input -> input.setRequiresGradient(true));
            result = program.callWithGradients(
                    scratch, "packed_last", inputs.get(layers - 1), cos, sin, plan, statistics);
        }

        @Override
        public NDArray logProbs() {
            return result.get(0);
        }

        @Override
        public NDArray statistics() {
            return result.get(1);
        }

        @Override
        public Map<String, NDArray> gradients(NDManager results, NDArray loss) {
            var found = new LinkedHashMap<String, NDArray>();
            var above = take(gradients.of(results, loss, withInput(layers - 1)), found);
            for (int i = layers - 2; i >= 0; i--) {
                try (var layer = scratch.newSubManager();
                        var outer = above) {
                    var output = program.callWithGradients(layer, "packed_layer", inputs.get(i), cos, sin, plan, i)
                            .get(0);
                    above = take(gradients.of(results, output, outer, withInput(i)), found);
                }
            }
            above.close();
            return found;
        }

        private Map<String, NDArray> withInput(int layer) {
            var variables = new LinkedHashMap<>(adapter);
            variables.put(INPUT, inputs.get(layer));
            return variables;
        }

        /** Puts a layer's gradients to the others', and returns the one of its input. */
        private static NDArray take(Map<String, NDArray> layer, Map<String, NDArray> found) {
            var input = Objects.requireNonNull(layer.remove(INPUT));
            found.putAll(layer);
            return input;
        }
    }
}
