package io.mdpo.learner.service;

import io.mdpo.schemas.avro.Checkpoint;
import java.util.Map;

/** Hears of progress, on the learning thread: the next step waits for it. */
public interface StepListener {
    /** Hears nothing. */
    StepListener NONE = new StepListener() {};

    /** A step was made; it counts once a checkpoint that includes it is committed. */
    default void onStep(long step, Map<String, Double> metrics) {}

    /** A checkpoint was committed. */
    default void onCheckpoint(Checkpoint checkpoint) {}
}
