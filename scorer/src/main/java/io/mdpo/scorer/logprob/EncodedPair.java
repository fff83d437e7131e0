package io.mdpo.scorer.logprob;

import io.mdpo.scorer.family.Prompt;
import io.mdpo.scorer.image.PixelValues;
import java.util.List;

/**
 * A preference pair, or an answer that is good or bad by itself, as the model takes it. Pixel values are made when they are
 * used. The arrays are shared, not copied: they are never written after creation.
 */
public final class EncodedPair {
    private final Prompt prompt;
    private final long[] chosen;
    private final long[] rejected;
    private final List<PairImage> images;
    private final List<PairImage> corruptedImages;

    /**
     * @param chosen tokens; none of an undesirable answer
     * @param rejected tokens; none of a desirable answer
     * @param corruptedImages cut up like the images, so that one prompt fits both; none for text alone, and none without a
     *     chosen answer
     */
    EncodedPair(
            Prompt prompt, long[] chosen, long[] rejected, List<PairImage> images, List<PairImage> corruptedImages) {
        if (chosen.length + rejected.length == 0) {
            throw new IllegalArgumentException("a pair without an answer");
        }
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

    boolean hasChosen() {
        return chosen.length > 0;
    }

    boolean hasRejected() {
        return rejected.length > 0;
    }

    /** Whether the chosen answer can be told from the same under corrupted images. */
    boolean hasCorruptedImages() {
        return !corruptedImages.isEmpty();
    }

    /** Tokens that a forward pass over the pair computes, prefixes shared. */
    public int tokens() {
        if (!hasChosen()) {
            return prompt.length() + rejected.length - 1;
        }
        int row = prompt.length() + chosen.length - 1;
        return (hasCorruptedImages() ? 2 : 1) * row + Math.max(0, rejected.length - 1);
    }

    /** Tokens of the completions: chosen, rejected, and chosen under the corrupted images; 0 for one that the pair lacks. */
    public int[] completionLengths() {
        return new int[] {chosen.length, rejected.length, hasCorruptedImages() ? chosen.length : 0};
    }
}
