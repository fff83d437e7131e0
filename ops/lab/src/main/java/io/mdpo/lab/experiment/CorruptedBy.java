package io.mdpo.lab.experiment;

import io.mdpo.scorer.image.CorruptionConfig;
import io.mdpo.scorer.image.CorruptionKind;

/** What the second picture of a pair is. */
enum CorruptedBy {
    /** A crop of 1 to 20 % of the area, enlarged. */
    SMALL_CROP(CorruptionKind.CROP, 0.01, 0.20),
    /** A crop of 20 to 50 %. */
    LARGE_CROP(CorruptionKind.CROP, 0.20, 0.50),
    BLUR(CorruptionKind.BLUR, 0.01, 0.20),
    NOISE(CorruptionKind.NOISE, 0.01, 0.20),
    BLANK(CorruptionKind.BLANK, 0.01, 0.20),
    /** The picture of another scene. */
    OTHER_IMAGE(CorruptionKind.GIVEN, 0.01, 0.20),
    /** The picture without one of its kinds of objects. */
    OBJECT_REMOVED(CorruptionKind.GIVEN, 0.01, 0.20);

    private static final double STRENGTH = 0.9;

    private final CorruptionKind kind;
    private final double minArea;
    private final double maxArea;

    CorruptedBy(CorruptionKind kind, double minArea, double maxArea) {
        this.kind = kind;
        this.minArea = minArea;
        this.maxArea = maxArea;
    }

    CorruptionConfig config(long seed) {
        return CorruptionConfig.defaults().with(config -> config.kind(kind)
                .seed(seed)
                .minArea(minArea)
                .maxArea(maxArea)
                .strength(STRENGTH));
    }

    boolean isGiven() {
        return kind == CorruptionKind.GIVEN;
    }
}
