package io.mdpo.ops.imports.format;

import io.mdpo.schemas.RejectionReason;

/** A row that becomes no pair; the message is a sentence for a person. */
public final class RefusedRowException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    private final RejectionReason reason;

    RefusedRowException(RejectionReason reason, String message) {
        super(message);
        this.reason = reason;
    }

    /** A row that does not have the shape of its format. */
    static RefusedRowException shape(String message) {
        return new RefusedRowException(RejectionReason.UNDECODABLE_RECORD, message);
    }

    public RejectionReason reason() {
        return reason;
    }
}
