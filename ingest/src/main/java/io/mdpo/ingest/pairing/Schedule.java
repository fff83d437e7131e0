package io.mdpo.ingest.pairing;

/** When something happens to an interaction. Everything follows from times of records, in milliseconds. */
record Schedule(long settle, long lateness, long interactionWait, long feedbackWait) {
    static Schedule of(PairingConfig config) {
        return new Schedule(
                config.settle().toMillis(),
                config.lateness().toMillis(),
                config.interactionWait().toMillis(),
                config.feedbackWait().toMillis());
    }

    /** Whether interaction and feedback came within the time that one waits for the other. */
    boolean joined(Life life) {
        return life.interactionAt() != Life.NEVER
                && life.hasFeedback()
                && life.feedbackAt() < plus(life.interactionAt(), feedbackWait)
                && life.interactionAt() < plus(life.feedbackAt(), interactionWait);
    }

    /** End of the time in which minds may change, or in which feedback that has no interaction belongs to the first. */
    long closesAt(Life life) {
        return plus(life.feedbackAt(), joined(life) ? settle : interactionWait);
    }

    /** The time at which it settles: with its interaction, or without it for good. */
    long settlesAt(Life life) {
        return joined(life) ? Math.max(closesAt(life), life.interactionAt()) : closesAt(life);
    }

    /** When something happens next: it settles, or is forgotten; {@link Life#NEVER} while thumbs of it are matched. */
    long due(Life life) {
        if (life.settled()) {
            return life.pending() > 0 ? Life.NEVER : plus(plus(life.settledAt(), lateness), feedbackWait);
        }
        return plus(life.hasFeedback() ? settlesAt(life) : plus(life.interactionAt(), feedbackWait), lateness);
    }

    /** The sum of a time and a wait; a producer may make up any time. */
    static long plus(long time, long wait) {
        return time > Long.MAX_VALUE - wait ? Long.MAX_VALUE : time + wait;
    }
}
