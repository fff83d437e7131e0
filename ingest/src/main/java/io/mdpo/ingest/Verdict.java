package io.mdpo.ingest;

import io.mdpo.schemas.avro.QuarantinedPair;
import io.mdpo.schemas.avro.RejectedPair;

/** What leaves a stage of the topology: a value for the next stage, one that is held out or held back, or a dead letter. */
sealed interface Verdict<T> {
    record Passed<T>(T value) implements Verdict<T> {}

    record HeldOut<T>(T value) implements Verdict<T> {}

    /** A pair that a gate objects to. */
    record Quarantined<T>(QuarantinedPair pair) implements Verdict<T> {}

    record DeadLetter<T>(RejectedPair letter) implements Verdict<T> {}
}
