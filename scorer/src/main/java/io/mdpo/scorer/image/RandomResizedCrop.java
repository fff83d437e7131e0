package io.mdpo.scorer.image;

import io.mdpo.schemas.avro.Corruption;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.apache.commons.codec.digest.DigestUtils;

/**
 * The corrupted image of mDPO: a small random crop, resized back to the size of the original (Wang et al. 2024, section
 * 3.1; torchvision's RandomResizedCrop with area scale 0.01 to 0.20 and aspect 3/4 to 4/3).
 *
 * <p>It is drawn once a pair from (seed, pair id) and stored, so that reference and policy see the same image. Unlike
 * the released trainer it is cut from the original image, before padding and resizing: a crop of padding says nothing.
 */
record RandomResizedCrop(double minArea, double maxArea) {
    /** The paper's setting. */
    static final RandomResizedCrop PAPER = new RandomResizedCrop(0.01, 0.20);

    private static final int ATTEMPTS = 10;
    private static final double MAX_ASPECT = 4.0 / 3;

    RandomResizedCrop {
        if (!(minArea > 0 && minArea <= maxArea && maxArea <= 1)) {
            throw new IllegalArgumentException(
                    "crop area from %s to %s: both lie in (0, 1]".formatted(minArea, maxArea));
        }
    }

    /** Draws the rectangle for a pair's image of the given size in pixels. */
    Corruption draw(String pairId, long seed, int width, int height) {
        var random = new SplittableRandom(seedOf(pairId, seed));
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            double area = width * (double) height * uniform(random, minArea, maxArea);
            double aspect = Math.exp(uniform(random, -Math.log(MAX_ASPECT), Math.log(MAX_ASPECT)));
            int w = (int) Math.round(Math.sqrt(area * aspect));
            int h = (int) Math.round(Math.sqrt(area / aspect));
            if (w > 0 && h > 0 && w <= width && h <= height) {
                int top = random.nextInt(height - h + 1);
                int left = random.nextInt(width - w + 1);
                return crop(seed, left, top, w, h);
            }
        }
        int w = (int) Math.min(width, Math.round(height * MAX_ASPECT));
        int h = (int) Math.min(height, Math.round(width * MAX_ASPECT));
        return crop(seed, (width - w) / 2, (height - h) / 2, w, h);
    }

    /** The corrupted image: the drawn rectangle, enlarged bilinearly to the size of the original. */
    static RgbImage apply(Corruption corruption, RgbImage original) {
        var part =
                original.crop(corruption.getLeft(), corruption.getTop(), corruption.getWidth(), corruption.getHeight());
        return Resampling.BILINEAR.resize(part, original.width(), original.height());
    }

    private static double uniform(SplittableRandom random, double from, double to) {
        return from + (to - from) * random.nextDouble();
    }

    private static Corruption crop(long seed, int left, int top, int width, int height) {
        return new Corruption(0, CorruptionKind.CROP.code(), seed, left, top, width, height, 0.0);
    }

    static long seedOf(String pairId, long seed) {
        var digest = DigestUtils.getSha256Digest();
        digest.update(ByteBuffer.allocate(Long.BYTES).putLong(0, seed));
        digest.update(pairId.getBytes(StandardCharsets.UTF_8));
        return ByteBuffer.wrap(digest.digest()).getLong();
    }
}
