package io.mdpo.scorer.torch;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mdpo.operator.SettingException;
import org.junit.jupiter.api.Test;

/** That portable kernels are computed with shows in a process of its own: {@code KernelsHashTest}. */
class KernelsTest {
    @Test
    void anEngineThatRunsIsNotGivenOtherKernels() {
        Torch.start(Kernels.NATIVE);

        assertThatThrownBy(() -> Torch.start(Kernels.PORTABLE))
                .isInstanceOf(SettingException.class)
                .hasMessage("kernels is portable, and the engine of this process was started with native kernels; "
                        + "use one setting in a process");
    }

    @Test
    void portableIsForFloat32Alone() {
        assertThatThrownBy(() -> ComputeDevice.of("cpu", Precision.BF16, Kernels.PORTABLE))
                .isInstanceOf(SettingException.class)
                .hasMessageContainingAll("cpu in bf16", "kernels = native");
    }
}
