package io.mdpo.learner.service;

import io.mdpo.operator.OperatorException;

/** A pair was scored by another reference than the learner's. No offset was moved. */
public final class ReferenceMismatchException extends OperatorException {
    private static final long serialVersionUID = 1;

    ReferenceMismatchException(Refusal refusal) {
        super(
                ("the scored pair at offset %d cannot be learned: %s; give scorer and learner the same model and adapter and "
                                + "start again, or set learner.on-reference-mismatch = dead-letter to refuse such pairs and go on")
                        .formatted(refusal.offset(), refusal.message()));
    }
}
