package io.mdpo.learner.service;

import io.mdpo.learner.training.Trainer;
import io.mdpo.operator.OperatorException;
import io.mdpo.schemas.avro.Checkpoint;

/** The run cannot be continued or replayed: its checkpoint was made under other conditions. */
public final class RunMismatchException extends OperatorException {
    private static final long serialVersionUID = 1;

    private RunMismatchException(Checkpoint checkpoint, String what, String then, String now) {
        super(("run %s was checkpointed at step %d with the %s %s, but this learner has %s; give the learner the "
                        + "configuration and model of the run, or start a new run with another run-id")
                .formatted(checkpoint.getRunId(), checkpoint.getStep(), what, then, now));
    }

    /** @throws RunMismatchException the trainer has another configuration or reference than the checkpoint's */
    static void check(Checkpoint checkpoint, Trainer trainer) {
        if (!checkpoint.getConfigHash().equals(trainer.configHash())) {
            throw new RunMismatchException(
                    checkpoint, "configuration digest", checkpoint.getConfigHash(), trainer.configHash());
        }
        var then = checkpoint.getReferenceId();
        if (!then.equals(trainer.referenceId())) {
            throw new RunMismatchException(
                    checkpoint, "reference id", then, trainer.referenceId() + trainer.explainReference(then));
        }
    }
}
