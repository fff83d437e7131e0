package io.mdpo.learner.service;

import io.mdpo.schemas.RejectionReason;
import java.util.Optional;

/**
 * A scored pair that was refused. It holds none of the record's bytes: they are read again when its letter is published,
 * which may be many steps later.
 *
 * @param place of the record
 * @param pairId where the record could be decoded
 * @param message one sentence for a person
 */
record Refusal(Place place, Optional<String> pairId, RejectionReason reason, String message) {
    /** As much as a letter holds. */
    private static final int MAX_CHARS = 1_000;

    /**
     * Where a record stands in {@code scored-pairs}.
     *
     * @param timestamp of the record, in milliseconds since the epoch
     */
    record Place(long offset, long timestamp) {}

    Refusal {
        message = cut(message);
        pairId = pairId.map(Refusal::cut);
    }

    private static String cut(String text) {
        // A substring that is the whole text shares it; another is a copy.
        return text.substring(0, Math.min(text.length(), MAX_CHARS));
    }

    long offset() {
        return place.offset();
    }
}
