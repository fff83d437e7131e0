package io.mdpo.learner.service;

import io.mdpo.operator.OperatorException;

/** The scored-pairs topic is not a log that the run can be learned from. */
public final class ScoredPairsLogException extends OperatorException {
    private static final long serialVersionUID = 1;

    ScoredPairsLogException(String message) {
        super(message);
    }
}
