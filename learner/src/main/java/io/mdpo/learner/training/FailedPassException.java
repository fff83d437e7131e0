package io.mdpo.learner.training;

/** A pass of the policy over pairs failed; the cause says how. No weight was changed, so the step may be tried without them. */
public final class FailedPassException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Throwable failure;

    FailedPassException(Throwable failure) {
        super("a pass over the pairs of a step failed: " + failure, failure);
        this.failure = failure;
    }

    /** The cause. */
    public Throwable failure() {
        return failure;
    }
}
