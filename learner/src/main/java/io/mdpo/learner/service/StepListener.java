package io.mdpo.learner.service;

import io.mdpo.schemas.avro.Checkpoint;
import io.mdpo.schemas.avro.StepOffsets;
import java.util.Map;

/** Hears of progress, on the learning thread: the next step waits for it. */
public interface StepListener {
    /** Hears nothing. */
    StepListener NONE = new StepListener() {};

    /**
     * A step was made; it counts once a checkpoint that includes it is committed.
     *
     * @param offsets the records that it is made of
     */
    default void onStep(StepOffsets offsets, Map<String, Double> metrics) {}

    /** A checkpoint was committed. */
    default void onCheckpoint(Checkpoint checkpoint) {}
}
