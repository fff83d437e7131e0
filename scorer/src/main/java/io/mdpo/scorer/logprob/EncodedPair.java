package io.mdpo.scorer.logprob;

import io.mdpo.scorer.family.Prompt;
import io.mdpo.scorer.image.PixelValues;
import java.util.List;

/**
 * A preference pair as the model takes it. Pixel values are made when they are used. The arrays are shared, not copied: they are never written after creation.
 */
public final class EncodedPair {
    private final Prompt prompt;
    private final long[] chosen;
    private final long[] rejected;
    private final List<PairImage> images;
    private final List<PairImage> corruptedImages;

    /** @param corruptedImages cut up like the images, so that one prompt fits both; both are empty for text alone */
    EncodedPair(
            Prompt prompt, long[] chosen, long[] rejected, List<PairImage> images, List<PairImage> corruptedImages) {
        this.prompt = prompt;
        this.chosen = chosen;
        this.rejected = rejected;
        this.images = List.copyOf(images);
        this.corruptedImages = List.copyOf(corruptedImages);
    }

    Prompt prompt() {
        return prompt;
    }

    long[] chosen() {
        return chosen;
    }

    long[] rejected() {
        return rejected;
    }

    /** The images in the order of their places in the prompt. */
    List<PixelValues> images() {
        return images.stream().map(PairImage::pixels).toList();
    }

    List<PixelValues> corruptedImages() {
        return corruptedImages.stream().map(PairImage::pixels).toList();
    }

    /**
     * Makes ready to wait for its step: images are resized ahead where there is room, and what was decoded is let go.
     * Between a pair and its step there may be many others.
     */
    public void settle(PixelRoom room) {
        images.forEach(image -> image.settle(room));
        corruptedImages.forEach(image -> image.settle(room));
    }

    /** Whether there is an image whose corruption can be told from it. */
    public boolean hasImages() {
        return !images.isEmpty();
    }

    /** Tokens that a forward pass over the pair computes, prefixes shared. */
    public int tokens() {
        int row = prompt.length() + chosen.length - 1;
        return (hasImages() ? 2 : 1) * row + rejected.length - 1;
    }

    /**
     * Tokens of the completions: chosen, rejected and, where the pair has images, chosen again under the corrupted
     * images.
     */
    public int[] completionLengths() {
        return hasImages()
                ? new int[] {chosen.length, rejected.length, chosen.length}
                : new int[] {chosen.length, rejected.length};
    }
}
