package io.mdpo.ingest.encoding;

import io.mdpo.ingest.outcome.Outcome;
import io.mdpo.schemas.RejectionReason;

/**
 * A JSON document is not what it has to be. What this package says of a record is a refusal made of it; who reads documents with
 * {@link JsonPlace} catches it.
 */
public class MisfitException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final RejectionReason reason;
    private final String path;

    MisfitException(RejectionReason reason, String path, String message) {
        super(message, null, false, false);
        this.reason = reason;
        this.path = path;
    }

    /** The place that does not fit, {@code $.prompt[0].content}. */
    public final String path() {
        return path;
    }

    /** One sentence: the place, what was expected and what was found. */
    public final String sentence() {
        return String.valueOf(getMessage());
    }

    final <T> Outcome<T> refusal() {
        return Outcome.refused(reason, sentence());
    }
}
