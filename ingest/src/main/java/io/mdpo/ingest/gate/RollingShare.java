package io.mdpo.ingest.gate;

import static io.mdpo.operator.SettingException.require;

import java.nio.ByteBuffer;
import java.util.BitSet;

/** The share of ones among the last so many bits. */
final class RollingShare {
    private static final int LARGEST_WINDOW = 100_000;

    private final int window;
    private final BitSet bits;
    private int size;
    private int next;

    private RollingShare(int window, BitSet bits, int size, int next) {
        this.window = window;
        this.bits = bits;
        this.size = size;
        this.next = next;
    }

    static RollingShare empty(int window) {
        return new RollingShare(window, new BitSet(window), 0, 0);
    }

    /** Takes up what {@link #write} wrote; a window of another size begins anew. */
    static RollingShare read(byte[] written, int window) {
        var in = ByteBuffer.wrap(written);
        if (in.getInt() != window) {
            return empty(window);
        }
        int size = in.getInt();
        int next = in.getInt();
        return new RollingShare(window, BitSet.valueOf(in), size, next);
    }

    byte[] write() {
        var set = bits.toByteArray();
        return ByteBuffer.allocate(3 * Integer.BYTES + set.length)
                .putInt(window)
                .putInt(size)
                .putInt(next)
                .put(set)
                .array();
    }

    /** Adds a bit; the oldest leaves a window that is full. */
    void add(boolean one) {
        bits.set(next, one);
        next = (next + 1) % window;
        size = Math.min(window, size + 1);
    }

    /** Of fewer bits than the window holds nobody should conclude anything. */
    boolean isFull() {
        return size == window;
    }

    /** 0 while there are none. */
    double share() {
        return size == 0 ? 0 : (double) bits.cardinality() / size;
    }

    static void requireWindow(int window) {
        require(
                window >= 10 && window <= LARGEST_WINDOW,
                "window",
                "is " + window + ": it must lie between 10 and " + LARGEST_WINDOW + " pairs");
    }
}
