package io.mdpo.learner.service;

import io.mdpo.operator.OperatorException;

/** The run cannot be continued: its last checkpoint was made under other conditions. */
public final class RunMismatchException extends OperatorException {
    private static final long serialVersionUID = 1;

    RunMismatchException(String runId, long step, String what, String checkpoint, String learner) {
        super(("run %s was checkpointed at step %d with the %s %s, but this learner has %s; give the learner the "
                        + "configuration and model of the run, or start a new run with another run-id")
                .formatted(runId, step, what, checkpoint, learner));
    }
}
