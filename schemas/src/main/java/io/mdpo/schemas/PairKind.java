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

    /** Whether a pair of this kind has a chosen answer. */
    public boolean hasChosen() {
        return this != UNDESIRABLE;
    }

    /** Whether a pair of this kind has a rejected answer. */
    public boolean hasRejected() {
        return this != DESIRABLE;
    }

    /** What is wrong with a pair's kind, as a sentence: it is none of these, or it has no place for one of the answers. */
    public static Optional<String> fault(PreferencePair pair) {
        var kind = of(pair);
        if (kind.isEmpty()) {
            return Optional.of("the kind is none of pair, desirable and undesirable");
        }
        if (!kind.get().hasChosen() && !pair.getChosen().isEmpty()) {
            return Optional.of(
                    "the kind is undesirable, which is said of the rejected answer alone, and the chosen one has"
                            + " a text too; leave it empty, or make the kind pair");
        }
        if (!kind.get().hasRejected() && !pair.getRejected().isEmpty()) {
            return Optional.of(
                    "the kind is desirable, which is said of the chosen answer alone, and the rejected one has"
                            + " a text too; leave it empty, or make the kind pair");
        }
        return Optional.empty();
    }

    /** The kind of a pair; empty where {@code PreferencePair.kind} is none of them. */
    public static Optional<PairKind> of(PreferencePair pair) {
        return Arrays.stream(values())
                .filter(kind -> kind.text.equals(pair.getKind()))
                .findFirst();
    }
}
