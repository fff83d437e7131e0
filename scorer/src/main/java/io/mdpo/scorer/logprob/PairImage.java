package io.mdpo.scorer.logprob;

import io.mdpo.scorer.image.PixelLayout;
import io.mdpo.scorer.image.PixelValues;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * An image of a pair on its way to the model. Its pixel values are made from what is at hand, once, and after that from the
 * encoded bytes again. What waits is resized and of 8 bits a sample.
 */
final class PairImage {
    private final PixelValues pixels;
    private final Supplier<PixelValues> again;
    private final AtomicReference<Supplier<PixelValues>> atHand;

    /**
     * @param first makes the values from the decoded image, which it holds
     * @param again makes the same values from the encoded bytes
     */
    PairImage(PixelLayout layout, Supplier<PixelValues> first, Supplier<PixelValues> again) {
        this.pixels = new PixelValues(layout, 0, () -> next().values());
        this.again = again;
        this.atHand = new AtomicReference<>(first);
    }

    PixelValues pixels() {
        return pixels;
    }

    private PixelValues next() {
        return atHand.getAndSet(again).get();
    }

    /** Resizes the image, and keeps that until it is used if there is room; lets go of the decoded image. */
    void settle(PixelRoom room) {
        // Made in any case: what cannot be made is to be found now, and not in the middle of a step.
        var made = next();
        long bytes = made.held();
        if (room.take(bytes)) {
            atHand.set(() -> {
                room.give(bytes);
                return made;
            });
        }
    }
}
