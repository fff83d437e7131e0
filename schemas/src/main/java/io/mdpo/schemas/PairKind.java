package io.mdpo.schemas;

import io.mdpo.schemas.avro.PreferencePair;
import java.util.Arrays;
import java.util.Optional;

/** What a {@link PreferencePair} says of its answers. The names in {@code PreferencePair.kind} are lower-case. */
public enum PairKind {
    /** {@code chosen} is better than {@code rejected}. */
    PAIR("pair"),
    /** {@code chosen} is a good answer; {@code rejected} is empty. */
    DESIRABLE("desirable"),
    /** {@code rejected} is a bad answer; {@code chosen} is empty. */
    UNDESIRABLE("undesirable");

    private final String text;

    PairKind(String text) {
        this.text = text;
    }

    /** The value of {@code PreferencePair.kind}. */
    public String text() {
        return text;
    }

    /** The kind of a pair; empty where {@code PreferencePair.kind} is none of them. */
    public static Optional<PairKind> of(PreferencePair pair) {
        return Arrays.stream(values())
                .filter(kind -> kind.text.equals(pair.getKind()))
                .findFirst();
    }
}
