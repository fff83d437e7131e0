package io.mdpo.schemas.image;

import io.mdpo.schemas.RejectionReason;

/** An image that is not decoded; the message is a sentence for a person, and tells nothing of what the image shows. */
public final class RefusedImageException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    private final RejectionReason reason;

    public RefusedImageException(RejectionReason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public RejectionReason reason() {
        return reason;
    }
}
