package io.mdpo.learner.service;

import io.mdpo.operator.OperatorException;

/** So many pairs in a row were refused that the fault is not the pairs'. No offset was moved: nothing is lost. */
public final class OnlyRefusalsException extends OperatorException {
    OnlyRefusalsException(int count, long first, long last, String lastReason) {
        super(("the %d scored pairs from offset %d to %d were all refused, the last because it was %s; correct the "
                        + "cause and start again, or raise max-refusals-in-a-row to dead-letter them")
                .formatted(count, first, last, lastReason));
    }
}
