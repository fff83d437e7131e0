package io.mdpo.operator;

/**
 * Something that the person who runs the program can put right. The message says what is wrong, why, and what to do; it
 * is shown as it stands, without a stack trace.
 */
public class OperatorException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public OperatorException(String message) {
        super(message);
    }

    public OperatorException(String message, Throwable cause) {
        super(message, cause);
    }
}
