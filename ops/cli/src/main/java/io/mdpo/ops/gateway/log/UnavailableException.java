package io.mdpo.ops.gateway.log;

/** Events could not be committed for now, or nobody knows yet whether they were: the same request may be made again. */
public final class UnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public UnavailableException(String message) {
        super(message, null, false, false);
    }
}
