package io.mdpo.scorer.torch;

import java.util.Locale;

/** The type that a base is computed in. Adapter, loss, optimizer and log-probabilities are fp32 in every one. */
public enum Precision {
    /** fp32 on the CPU, bf16 on a CUDA device. */
    AUTO,
    FP32,
    BF16;

    /** Bytes of a number. */
    public long bytes() {
        return switch (this) {
            case FP32 -> Float.BYTES;
            case BF16 -> Short.BYTES;
            case AUTO -> throw new IllegalStateException("auto is fp32 on one device and bf16 on another");
        };
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
