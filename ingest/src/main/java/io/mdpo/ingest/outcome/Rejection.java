package io.mdpo.ingest.outcome;

import io.mdpo.schemas.RejectionReason;

/** Why one pair was refused: the stable code, and one sentence for a person. */
public record Rejection(RejectionReason reason, String message) {
    /** Longer messages are cut: some quote a decoder, which may quote its input. */
    private static final int MAX_MESSAGE_CHARS = 1_000;

    public Rejection {
        if (message.length() > MAX_MESSAGE_CHARS) {
            message = message.substring(0, MAX_MESSAGE_CHARS);
        }
    }
}
