package io.mdpo.ingest.pairing;

import io.mdpo.schemas.FeedbackReason;
import java.util.List;

/**
 * Where one feedback ended.
 *
 * @param message one sentence for a person, empty where the reason says all
 * @param pairs ids of the pairs that it made
 */
record Ending(String feedbackId, FeedbackReason reason, String message, List<String> pairs) {
    static Ending of(String feedbackId, FeedbackReason reason, String message) {
        return new Ending(feedbackId, reason, message, List.of());
    }
}
