package io.mdpo.scorer.logprob;

/**
 * A preference pair as the model takes it. The arrays are shared, not copied: they are never written after creation.
 */
public final class EncodedPair {
    private final long[] prompt;
    private final long[] chosen;
    private final long[] rejected;
    private final float[] image;
    private final float[] corruptedImage;

    EncodedPair(long[] prompt, long[] chosen, long[] rejected, float[] image, float[] corruptedImage) {
        this.prompt = prompt;
        this.chosen = chosen;
        this.rejected = rejected;
        this.image = image;
        this.corruptedImage = corruptedImage;
    }

    /** Prompt ids with one image token for every feature row. */
    long[] prompt() {
        return prompt;
    }

    long[] chosen() {
        return chosen;
    }

    long[] rejected() {
        return rejected;
    }

    /** Pixel values (3, side, side). */
    float[] image() {
        return image;
    }

    float[] corruptedImage() {
        return corruptedImage;
    }

    /** Tokens that a forward pass over the pair computes, prefixes shared. */
    public int tokens() {
        return 2 * (prompt.length + chosen.length - 1) + rejected.length - 1;
    }

    /** Tokens of the three completions: chosen, rejected, chosen again under the corrupted image. */
    public int[] completionLengths() {
        return new int[] {chosen.length, rejected.length, chosen.length};
    }
}
