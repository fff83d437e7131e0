package io.mdpo.scorer.logprob;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Heap for images that are resized ahead of their use. Those that find no room are decoded and resized again when they are
 * used, which is the same numbers later. Thread-safe.
 */
public final class PixelRoom {
    /** Of the heap: beside it stand encoded images, and the values of what is being computed. */
    private static final int SHARE = 8;

    private final AtomicLong free;

    /** @param bytes of resized images */
    public PixelRoom(long bytes) {
        this.free = new AtomicLong(bytes);
    }

    /** An eighth of the heap. */
    public static PixelRoom ofHeap() {
        return new PixelRoom(Runtime.getRuntime().maxMemory() / SHARE);
    }

    boolean take(long bytes) {
        if (free.addAndGet(-bytes) >= 0) {
            return true;
        }
        give(bytes);
        return false;
    }

    void give(long bytes) {
        free.addAndGet(bytes);
    }
}
