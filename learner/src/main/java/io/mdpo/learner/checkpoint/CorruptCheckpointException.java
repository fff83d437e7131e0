package io.mdpo.learner.checkpoint;

import io.mdpo.operator.OperatorException;
import io.mdpo.schemas.avro.Blob;
import io.mdpo.schemas.avro.Checkpoint;

/** A blob of a committed checkpoint is incomplete or is not what the manifest says. */
public final class CorruptCheckpointException extends OperatorException {
    private static final long serialVersionUID = 1;

    CorruptCheckpointException(Checkpoint checkpoint, Blob blob, String what) {
        super("checkpoint %s, blob %s: %s; restore the checkpoint-chunks topic or continue from another checkpoint"
                .formatted(CheckpointKeys.manifest(checkpoint), blob.getName(), what));
    }
}
