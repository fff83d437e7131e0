package io.mdpo.ingest.pairing;

import io.mdpo.schemas.avro.Feedback;
import java.util.Comparator;
import java.util.Map;

/**
 * Who said it, and when: what a pair tells of a feedback.
 *
 * @param createdAt milliseconds since the epoch
 * @param headers that the pair carries on
 */
record Voice(
        String feedbackId,
        String interactionId,
        String rater,
        String source,
        long createdAt,
        Map<String, String> headers) {
    /** By the time at which it was said, and of one time by id. */
    static final Comparator<Voice> ORDER =
            Comparator.comparingLong(Voice::createdAt).thenComparing(Voice::feedbackId);

    static Voice of(Feedback feedback, Map<String, String> headers) {
        return new Voice(
                feedback.getFeedbackId(),
                feedback.getInteractionId(),
                feedback.getRater(),
                feedback.getSource(),
                feedback.getCreatedAt().toEpochMilli(),
                headers);
    }
}
