package io.mdpo.scorer.image;

import io.mdpo.schemas.avro.Corruption;
import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;

/** Makes the corrupted image that a record describes; the same record always gives the same pixels. */
public final class ImageCorruption {
    private static final byte GREY = 127;

    private ImageCorruption() {}

    /**
     * The corrupted image, of the size of the original.
     *
     * @param pairId decides the noise, together with the record's seed
     * @param given the pair's own corrupted image
     * @throws IllegalArgumentException the record does not fit the image
     */
    public static RgbImage apply(Corruption corruption, String pairId, RgbImage original, Optional<RgbImage> given) {
        return switch (CorruptionKind.of(corruption.getKind())) {
            case CROP -> RandomResizedCrop.apply(corruption, original);
            case BLUR -> blur(original, strength(corruption));
            case NOISE ->
                noise(
                        original,
                        strength(corruption),
                        new SplittableRandom(RandomResizedCrop.seedOf(pairId, corruption.getSeed())));
            case BLANK -> blank(original);
            case GIVEN ->
                resized(
                        given.orElseThrow(() -> new IllegalArgumentException(
                                "the pair has no corrupted image, and the scorer's corruption.kind is given")),
                        original);
        };
    }

    /** A blur of negative strength would enlarge the image, to any size. */
    private static double strength(Corruption corruption) {
        double strength = corruption.getStrength();
        if (!(strength >= 0 && strength <= 1)) {
            throw new IllegalArgumentException("the strength %s is not from 0 to 1".formatted(strength));
        }
        return strength;
    }

    /** At full strength, what is left has the detail of 2 x 2 pixels. */
    private static RgbImage blur(RgbImage original, double strength) {
        int width = (int) Math.max(2, Math.round(original.width() * (1 - strength)));
        int height = (int) Math.max(2, Math.round(original.height() * (1 - strength)));
        return resized(Resampling.BILINEAR.resize(original, width, height), original);
    }

    /** Each sample is {@code strength} parts of a uniform random one and the rest of its own. */
    private static RgbImage noise(RgbImage original, double strength, SplittableRandom random) {
        byte[] rgb = original.bytes().clone();
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) Math.round((1 - strength) * (rgb[i] & 0xFF) + strength * random.nextInt(256));
        }
        return new RgbImage(original.width(), original.height(), rgb);
    }

    private static RgbImage blank(RgbImage original) {
        byte[] rgb = new byte[original.bytes().length];
        Arrays.fill(rgb, GREY);
        return new RgbImage(original.width(), original.height(), rgb);
    }

    private static RgbImage resized(RgbImage image, RgbImage like) {
        return Resampling.BILINEAR.resize(image, like.width(), like.height());
    }
}
