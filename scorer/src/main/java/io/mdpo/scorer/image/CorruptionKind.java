package io.mdpo.scorer.image;

import java.util.Arrays;
import java.util.Locale;

/** What can be done to an image so that it no longer tells what the chosen answer says. */
public enum CorruptionKind {
    /** A small part, enlarged to the size of the whole: the paper's choice. */
    CROP,
    /** Shrunk and enlarged again. */
    BLUR,
    /** Mixed with noise. */
    NOISE,
    /** Grey all over. */
    BLANK,
    /** The pair's own corrupted image, for producers who know better: another picture, an object removed. */
    GIVEN;

    /** The name in records. */
    String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    static CorruptionKind of(String code) {
        return Arrays.stream(values())
                .filter(kind -> kind.code().equals(code))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("a corruption of kind " + code + " is not known"));
    }
}
