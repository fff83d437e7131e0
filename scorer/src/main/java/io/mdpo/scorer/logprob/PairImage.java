package io.mdpo.scorer.logprob;

import io.mdpo.scorer.image.PixelLayout;
import io.mdpo.scorer.image.PixelValues;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * An image of a pair on its way to the model. Its pixel values are made from what is at hand, once, and after that from the
 * encoded bytes again.
 */
final class PairImage {
    private final PixelValues pixels;
    private final Supplier<float[]> again;
    private final AtomicReference<Supplier<float[]>> atHand;

    /**
     * @param first makes the values from the decoded image, which it holds
     * @param again makes the same values from the encoded bytes
     */
    PairImage(PixelLayout layout, Supplier<float[]> first, Supplier<float[]> again) {
        this.pixels = new PixelValues(layout, this::values);
        this.again = again;
        this.atHand = new AtomicReference<>(first);
    }

    PixelValues pixels() {
        return pixels;
    }

    private float[] values() {
        return atHand.getAndSet(again).get();
    }

    /** Makes the values, and keeps them until they are used if there is room; lets go of the decoded image. */
    void settle(PixelRoom room) {
        // Made in any case: what cannot be made is to be found now, and not in the middle of a step.
        float[] made = values();
        long bytes = (long) Float.BYTES * made.length;
        if (room.take(bytes)) {
            atHand.set(() -> {
                room.give(bytes);
                return made;
            });
        }
    }
}
