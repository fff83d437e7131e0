package io.mdpo.learner.service;

import io.mdpo.operator.OperatorException;

/** A checkpoint that was asked for is not kept. */
public final class NoSuchCheckpointException extends OperatorException {
    private static final long serialVersionUID = 1;

    NoSuchCheckpointException(String message) {
        super(message);
    }
}
