package io.mdpo.learner.service;

import io.mdpo.operator.OperatorException;

/** So many pairs gave losses or gradients that are not finite that somebody has to look. No offset moved past the last. */
public final class TooManyNonFinitePairsException extends OperatorException {
    private static final long serialVersionUID = 1;

    TooManyNonFinitePairsException(int pairs, long offset) {
        super(
                ("%d pairs since the start gave a loss or gradient that is infinite or not a number, the last at offset %d of "
                                + "scored-pairs; look at them with ops/mdpo rejected list --reason NON_FINITE, and start again or "
                                + "raise max-non-finite-pairs")
                        .formatted(pairs, offset));
    }
}
