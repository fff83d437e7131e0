package io.mdpo.learner.service;

import io.mdpo.schemas.avro.StepOffsets;

/** A step failed though each of its pairs can be computed alone, so none of them is to blame. No offset has moved. */
public final class FailedStepException extends RuntimeException {
    private static final long serialVersionUID = 1;

    FailedStepException(StepOffsets offsets, Throwable cause) {
        super(
                ("step %d, made of the offsets %d to %d of scored-pairs, failed, though each of its pairs alone does not: %s; where "
                                + "memory ran out, lower model.threads or give the learner more of it, and start again")
                        .formatted(offsets.getStep(), offsets.getFirst(), offsets.getLast(), cause),
                cause);
    }
}
