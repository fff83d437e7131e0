package io.mdpo.scorer.logprob;

import io.mdpo.scorer.family.Prompt;
import io.mdpo.scorer.image.PixelValues;

/**
 * A preference pair as the model takes it. The arrays are shared, not copied: they are never written after creation.
 */
public final class EncodedPair {
    private final Prompt prompt;
    private final long[] chosen;
    private final long[] rejected;
    private final PixelValues image;
    private final PixelValues corruptedImage;

    EncodedPair(Prompt prompt, long[] chosen, long[] rejected, PixelValues image, PixelValues corruptedImage) {
        this.prompt = prompt;
        this.chosen = chosen;
        this.rejected = rejected;
        this.image = image;
        this.corruptedImage = corruptedImage;
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

    PixelValues image() {
        return image;
    }

    /** Cut up like {@link #image}, so that one prompt fits both. */
    PixelValues corruptedImage() {
        return corruptedImage;
    }

    /** Tokens that a forward pass over the pair computes, prefixes shared. */
    public int tokens() {
        return 2 * (prompt.length() + chosen.length - 1) + rejected.length - 1;
    }

    /** Tokens of the three completions: chosen, rejected, chosen again under the corrupted image. */
    public int[] completionLengths() {
        return new int[] {chosen.length, rejected.length, chosen.length};
    }
}
