package io.mdpo.lab.scenes;

/**
 * Disjoint sets of scenes. A hash of the composition (nouns, colours and counts, not places) decides, so that no
 * composition of one split appears in another.
 */
public enum Split {
    /** Four fifths of the compositions: pre-training and preference pairs. */
    TRAIN(1),
    /** One tenth: choosing hyperparameters. */
    TUNING(2),
    /** One tenth: reported results. */
    HELDOUT(3);

    private static final int BUCKETS = 10;

    private final int salt;

    Split(int salt) {
        this.salt = salt;
    }

    /** Keeps the seeds of the splits apart. */
    int salt() {
        return salt;
    }

    /** The split of a composition given by the {@link #code}s of its groups, in any order. */
    static Split of(long... codes) {
        long sum = 0;
        for (long code : codes) {
            sum += Bits.mix(code);
        }
        long bucket = Long.remainderUnsigned(Bits.mix(sum), BUCKETS);
        return bucket == 0 ? HELDOUT : bucket == 1 ? TUNING : TRAIN;
    }

    static long code(Noun noun, Colour colour, int count) {
        return ((long) noun.id() * Colour.values().length + colour.id()) * (ObjectGroup.MAX_COUNT + 1) + count;
    }
}
