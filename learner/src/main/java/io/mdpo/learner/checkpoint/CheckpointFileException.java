package io.mdpo.learner.checkpoint;

import io.mdpo.operator.OperatorException;

/** A checkpoint was read, and cannot be kept in a file of this machine. */
public final class CheckpointFileException extends OperatorException {
    private static final long serialVersionUID = 1;

    CheckpointFileException(String message, Throwable cause) {
        super(message, cause);
    }
}
