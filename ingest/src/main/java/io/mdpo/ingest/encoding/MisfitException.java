package io.mdpo.ingest.encoding;

import io.mdpo.ingest.outcome.Outcome;
import io.mdpo.schemas.RejectionReason;

/** A JSON record is not what it has to be. Never leaves this package: {@link JsonPairs} makes a refusal of it. */
final class MisfitException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final RejectionReason reason;

    MisfitException(RejectionReason reason, String message) {
        super(message, null, false, false);
        this.reason = reason;
    }

    <T> Outcome<T> refusal() {
        return Outcome.refused(reason, String.valueOf(getMessage()));
    }
}
