package io.mdpo.scorer.image;

import static io.mdpo.operator.SettingException.require;

import io.mdpo.schemas.avro.Corruption;
import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * How corrupted images are made.
 *
 * @param kind what is done to the image
 * @param seed decides crops and noise, together with the pair id
 * @param minArea smallest crop, as a share of the image's area
 * @param maxArea largest crop
 * @param strength of blur and noise, above 0 and at most 1
 */
@RecordBuilder
public record CorruptionConfig(CorruptionKind kind, long seed, double minArea, double maxArea, double strength)
        implements CorruptionConfigBuilder.With {
    public CorruptionConfig {
        require(
                minArea > 0 && minArea <= maxArea && maxArea <= 1,
                "min-area",
                "is %s and max-area %s; both lie above 0 and at most at 1, in this order".formatted(minArea, maxArea));
        require(strength > 0 && strength <= 1, "strength", "is " + strength + "; it lies above 0 and at most at 1");
    }

    /** The paper's crop of 1 to 20 % of the area. */
    public static CorruptionConfig defaults() {
        return CorruptionConfigBuilder.builder()
                .kind(CorruptionKind.CROP)
                .seed(0)
                .minArea(0.01)
                .maxArea(0.20)
                .strength(0.9)
                .build();
    }

    /** The paper's crop with a seed of its own. */
    public static CorruptionConfig crop(long seed) {
        return defaults().withSeed(seed);
    }

    /** Draws what is random for a pair's image of the given size in pixels. */
    public Corruption draw(String pairId, int width, int height) {
        return switch (kind) {
            case CROP -> new RandomResizedCrop(minArea, maxArea).draw(pairId, seed, width, height);
            case BLUR, NOISE -> whole(width, height, strength);
            case BLANK, GIVEN -> whole(width, height, 0);
        };
    }

    private Corruption whole(int width, int height, double amount) {
        return new Corruption(0, kind.code(), seed, 0, 0, width, height, amount);
    }
}
