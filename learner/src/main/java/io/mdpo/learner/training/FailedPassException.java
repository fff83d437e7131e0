package io.mdpo.learner.training;

/** A pass of the policy over pairs failed; the cause says how. No weight was changed, so the step may be tried without them. */
public final class FailedPassException extends RuntimeException {
    private static final long serialVersionUID = 1;

    FailedPassException(Throwable cause) {
        super("a pass over the pairs of a step failed: " + cause, cause);
    }
}
