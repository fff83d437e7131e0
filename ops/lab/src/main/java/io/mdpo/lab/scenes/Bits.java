package io.mdpo.lab.scenes;

/** The SplitMix64 finaliser (Steele, Lea and Flood 2014), which turns related seeds into unrelated ones. */
final class Bits {
    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

    private Bits() {}

    static long mix(long bits) {
        long z = bits + GOLDEN_GAMMA;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    static long mix(long first, long second) {
        return mix(mix(first) + second);
    }

    /** A number in [0, 1) that depends on every bit. */
    static double unit(long bits) {
        return (mix(bits) >>> 11) * 0x1p-53;
    }
}
