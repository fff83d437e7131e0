package io.mdpo.learner.service;

/** A checkpoint that was asked for is not kept. */
public final class NoSuchCheckpointException extends RuntimeException {
    private static final long serialVersionUID = 1;

    NoSuchCheckpointException(String message) {
        super(message);
    }
}
