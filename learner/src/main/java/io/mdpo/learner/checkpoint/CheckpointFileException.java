package io.mdpo.learner.checkpoint;

/** A checkpoint was read, and cannot be kept in a file of this machine. */
public final class CheckpointFileException extends RuntimeException {
    private static final long serialVersionUID = 1;

    CheckpointFileException(String message, Throwable cause) {
        super(message, cause);
    }
}
