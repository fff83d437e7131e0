package io.mdpo.learner.service;

import io.mdpo.operator.OperatorException;

/** A replay read all that its run had read, and made fewer steps of it. */
public final class FewerStepsException extends OperatorException {
    private static final long serialVersionUID = 1;

    FewerStepsException(String runId, long made, long published, long offset) {
        super(
                ("the records before offset %d of scored-pairs: run %s made %d steps of them and this replay %d: it refuses "
                                + "pairs that the run learned, so the topic, the model's files or the release are others")
                        .formatted(offset, runId, published, made));
    }
}
