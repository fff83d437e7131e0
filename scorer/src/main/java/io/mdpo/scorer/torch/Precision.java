package io.mdpo.scorer.torch;

import java.util.Locale;

/** The type that a base is computed in. Adapter, loss, optimizer and log-probabilities are fp32 in every one. */
public enum Precision {
    /** fp32 on the CPU, bf16 on a CUDA device. */
    AUTO,
    FP32,
    BF16;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
