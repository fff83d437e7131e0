package io.mdpo.ingest.pairing;

/**
 * Where one interaction stands. Times are of records, in milliseconds since the epoch; {@link #NEVER} is none.
 *
 * @param interactionAt time of the interaction, the earliest where it came more than once
 * @param feedbackAt time of the first feedback
 * @param held how many feedback ids are held
 * @param heldBytes how many bytes of feedback wait
 * @param settledAt time at which it settled
 * @param pending thumbs that wait for a partner; as long as there are any the interaction is kept
 * @param due when something happens to it next
 */
record Life(long interactionAt, long feedbackAt, int held, long heldBytes, long settledAt, int pending, long due) {
    static final long NEVER = -1;
    static final Life NEW = new Life(NEVER, NEVER, 0, 0, NEVER, 0, NEVER);
    static final JsonSerde<Life> SERDE = new JsonSerde<>(Life.class);

    boolean settled() {
        return settledAt != NEVER;
    }

    boolean hasFeedback() {
        return feedbackAt != NEVER;
    }

    Life withInteractionAt(long time) {
        return new Life(earlier(interactionAt, time), feedbackAt, held, heldBytes, settledAt, pending, due);
    }

    /** @param time of a feedback that is held, new or again */
    Life withFeedbackAt(long time) {
        return new Life(interactionAt, earlier(feedbackAt, time), held, heldBytes, settledAt, pending, due);
    }

    Life withHeld(int count, long bytes) {
        return new Life(interactionAt, feedbackAt, count, bytes, settledAt, pending, due);
    }

    Life withSettled(long time, int offered) {
        return new Life(interactionAt, feedbackAt, held, 0, time, offered, due);
    }

    Life withPending(int count) {
        return new Life(interactionAt, feedbackAt, held, heldBytes, settledAt, count, due);
    }

    Life withDue(long time) {
        return new Life(interactionAt, feedbackAt, held, heldBytes, settledAt, pending, time);
    }

    private static long earlier(long one, long other) {
        return one == NEVER ? other : Math.min(one, other);
    }
}
