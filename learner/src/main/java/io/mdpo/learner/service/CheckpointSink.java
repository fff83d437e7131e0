package io.mdpo.learner.service;

import io.mdpo.schemas.avro.Checkpoint;

/** Where a loop leaves what it has learned. */
interface CheckpointSink {
    /** Keeps what is not published yet; returns when it is safe. */
    Checkpoint publish(Unpublished unpublished);
}
