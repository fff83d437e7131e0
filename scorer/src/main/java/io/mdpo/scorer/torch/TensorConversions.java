package io.mdpo.scorer.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.jspecify.annotations.Nullable;

/**
 * Conversions of stored tensors, done inside TorchScript where every type is safe. The program is compiled when the first
 * tensor needs it: most files hold fp32.
 */
final class TensorConversions implements AutoCloseable {
    private final NDManager scratch;
    private @Nullable TorchProgram program;

    private TensorConversions(NDManager scratch) {
        this.scratch = scratch;
    }

    private TorchProgram program() {
        if (program == null) {
            program = compile(scratch);
        }
        return program;
    }

    private static TorchProgram compile(NDManager scratch) {
        return new TorchProgram.Builder().source("""
                        def from_f16(self, x: Tensor) -> Tensor:
                          return torch.to(x, 6)
                        def from_bf16_bits(self, x: Tensor) -> Tensor:
                          return torch.to(torch.view_copy(x, dtype=15), 6)
                        def bf16_from_bits(self, x: Tensor) -> Tensor:
                          return torch.view_copy(x, dtype=15)
                        def to_bf16(self, x: Tensor) -> Tensor:
                          return torch.to(x, 15)
                        """).compile(scratch);
    }

    static TensorConversions open(NDManager manager) {
        return new TensorConversions(manager.newSubManager());
    }

    NDArray toFloat32(NDManager manager, NDArray stored, String dtype) {
        return program()
                .call(manager, dtype.equals("BF16") ? "from_bf16_bits" : "from_f16", stored)
                .get(0);
    }

    NDArray toBfloat16(NDManager manager, NDArray stored, String dtype) {
        return program()
                .call(manager, dtype.equals("BF16") ? "bf16_from_bits" : "to_bf16", stored)
                .get(0);
    }

    @Override
    public void close() {
        scratch.close();
    }
}
