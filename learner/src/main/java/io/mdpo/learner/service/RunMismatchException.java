package io.mdpo.learner.service;

import io.mdpo.learner.training.RunConfiguration;
import io.mdpo.learner.training.Trainer;
import io.mdpo.operator.OperatorException;
import io.mdpo.schemas.avro.Checkpoint;

/** The run cannot be continued or replayed: its checkpoint was made under other conditions. */
public final class RunMismatchException extends OperatorException {
    private static final long serialVersionUID = 1;

    private RunMismatchException(Checkpoint checkpoint, String what) {
        super("run %s was checkpointed at step %d %s".formatted(checkpoint.getRunId(), checkpoint.getStep(), what));
    }

    /**
     * Throws unless the trainer could have made the checkpoint.
     *
     * @throws RunMismatchException an older release made it, or the trainer has another configuration or reference
     */
    static void check(Checkpoint checkpoint, Trainer trainer) {
        var made = new RunConfiguration(checkpoint.getConfiguration());
        var now = trainer.configuration();
        if (made.isUnknown()) {
            throw ofAnOlderRelease(checkpoint);
        }
        if (!checkpoint.getConfigHash().equals(now.digest())) {
            throw new RunMismatchException(
                    checkpoint,
                    ("with another configuration, in which %s; give the learner the configuration of the run, or start a "
                                    + "new run with another run-id")
                            .formatted(String.join(", ", made.differencesTo(now))));
        }
        var then = checkpoint.getReferenceId();
        if (!then.equals(trainer.referenceId())) {
            throw new RunMismatchException(
                    checkpoint,
                    ("with the reference id %s, but this learner has %s%s; give the learner the model of the run, or start a "
                                    + "new run with another run-id")
                            .formatted(then, trainer.referenceId(), trainer.explainReference(then)));
        }
    }

    private static RunMismatchException ofAnOlderRelease(Checkpoint checkpoint) {
        return new RunMismatchException(
                checkpoint,
                ("by an older release, and this one computes otherwise, so the run cannot go on; go on with its adapter in a "
                                + "new run, ops/mdpo checkpoints export --run %s --step %d --to DIR, as ops/docs/runbooks.md "
                                + "says under 'A run of an older release'")
                        .formatted(checkpoint.getRunId(), checkpoint.getStep()));
    }
}
