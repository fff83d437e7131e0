package io.mdpo.ingest;

import io.mdpo.schemas.avro.RejectedPair;

/** What leaves a stage of the topology: a value for the next stage, one that is held out, or a dead letter. */
sealed interface Verdict<T> {
    record Passed<T>(T value) implements Verdict<T> {}

    record HeldOut<T>(T value) implements Verdict<T> {}

    record DeadLetter<T>(RejectedPair letter) implements Verdict<T> {}
}
