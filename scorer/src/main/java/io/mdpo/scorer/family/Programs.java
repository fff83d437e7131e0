package io.mdpo.scorer.family;

import io.mdpo.scorer.torch.TorchProgram;
import java.util.List;

/** What the program of every family begins with. */
final class Programs {
    private Programs() {}

    static TorchProgram.Builder base() {
        return new TorchProgram.Builder()
                .source(Programs.class, "linear.torchscript")
                .slot("bound_weights", "Dict[str, Tensor]")
                .slot("bound_bits", "Dict[str, Tensor]")
                .slot("bound_adapter", "Dict[str, Tensor]")
                .slot("adapter_scale", "float");
    }

    /**
     * Adds what every language model has around its layers.
     *
     * @param layers the source that defines them
     * @param sections frequencies that time, height and width turn in M-RoPE; all 0 without
     */
    static TorchProgram.Builder decoder(TorchProgram.Builder program, String layers, List<Integer> sections) {
        for (int axis = 0; axis < 3; axis++) {
            program.constant("rotary_section_" + axis, (long) sections.get(axis));
        }
        return program.source(Programs.class, "rotary.torchscript")
                .source(Programs.class, layers)
                .source(Programs.class, "head.torchscript")
                .source(Programs.class, "packed.torchscript")
                .source(Programs.class, "generation.torchscript");
    }
}
