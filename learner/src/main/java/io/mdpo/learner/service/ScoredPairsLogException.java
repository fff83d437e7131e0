package io.mdpo.learner.service;

/** The scored-pairs topic is not a log that the run can be learned from. */
public final class ScoredPairsLogException extends RuntimeException {
    private static final long serialVersionUID = 1;

    ScoredPairsLogException(String message) {
        super(message);
    }
}
