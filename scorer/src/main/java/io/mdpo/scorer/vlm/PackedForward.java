package io.mdpo.scorer.vlm;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.mdpo.scorer.torch.Gradients;
import io.mdpo.scorer.torch.TorchProgram;
import io.mdpo.scorer.vlm.PackedScores.Recording;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Runs {@code packed.torchscript} in one call, or layer by layer where only layer inputs are kept. */
final class PackedForward {
    private final TorchProgram program;
    private final int layers;

    PackedForward(TorchProgram program, int layers) {
        this.program = program;
        this.layers = layers;
    }

    PackedScores run(
            NDManager scratch, NDArray features, Map<String, NDArray> plan, Recording recording, boolean statistics) {
        return switch (recording) {
            case NONE -> new Whole(program.call(scratch, "completion_log_probs", features, plan, statistics), false);
            case GRAPH ->
                new Whole(program.callWithGradients(scratch, "completion_log_probs", features, plan, statistics), true);
            case LAYER_INPUTS -> new Layered(scratch, features, plan, statistics);
        };
    }

    private record Whole(NDArray logProbs, NDArray statistics, boolean recorded) implements PackedScores {
        Whole(NDList result, boolean recorded) {
            this(result.get(0), result.get(1), recorded);
        }

        @Override
        public void backward(NDManager scratch, NDArray loss) {
            if (!recorded) {
                throw new IllegalStateException("scored without recording, so there are no gradients");
            }
            Gradients.backward(scratch, loss);
        }
    }

    /** Activation checkpointing (Chen et al. 2016, arXiv 1604.06174), a layer at a time. */
    private final class Layered implements PackedScores {
        private final Map<String, NDArray> plan;
        private final NDArray cos;
        private final NDArray sin;
        private final List<NDArray> inputs = new ArrayList<>();
        private final NDList result;

        Layered(NDManager scratch, NDArray features, Map<String, NDArray> plan, boolean statistics) {
            this.plan = plan;
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
        public void backward(NDManager scratch, NDArray loss) {
            Gradients.backward(scratch, loss);
            for (int i = layers - 2; i >= 0; i--) {
                try (var layer = scratch.newSubManager();
                        var above = inputs.get(i + 1)) {
                    var output = program.callWithGradients(layer, "packed_layer", inputs.get(i), cos, sin, plan, i)
                            .get(0);
                    try (var gradient = above.getGradient()) {
                        Gradients.backward(output, gradient);
                    }
                }
            }
        }
    }
}
