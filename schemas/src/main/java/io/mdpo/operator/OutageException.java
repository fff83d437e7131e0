package io.mdpo.operator;

/**
 * Something outside that every record needs does not answer, or refuses to. It is the fault of no record: a service that meets
 * it stops where it is, and goes on from there after a restart.
 */
public final class OutageException extends OperatorException {
    private static final long serialVersionUID = 1L;

    public OutageException(String message) {
        super(message);
    }
}
