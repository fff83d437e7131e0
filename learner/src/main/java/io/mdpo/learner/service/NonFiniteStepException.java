package io.mdpo.learner.service;

import io.mdpo.operator.OperatorException;
import io.mdpo.schemas.avro.StepOffsets;
import java.util.Collection;

/** A step gave a metric that is infinite or not a number. Its weights are not published and no offset has moved. */
public final class NonFiniteStepException extends OperatorException {
    private static final long serialVersionUID = 1;

    NonFiniteStepException(StepOffsets offsets, Collection<String> metrics) {
        super(("step %d, made of the offsets %d to %d of partition %d of scored-pairs, gave values that are not finite "
                        + "for %s; look for a pair with extreme log-probabilities there, or lower the learning rate "
                        + "in a new run")
                .formatted(offsets.getStep(), offsets.getFirst(), offsets.getLast(), offsets.getPartition(), metrics));
    }
}
