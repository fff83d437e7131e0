package io.mdpo.learner.service;

import io.mdpo.learner.service.Refusal.Place;
import io.mdpo.learner.training.Trainer.PreparedPair;
import io.mdpo.schemas.avro.StepOffsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** The records since the last step, in offset order: the pairs of the next step and what was refused among them. */
final class Batch {
    private final List<Accepted> accepted = new ArrayList<>();
    private final List<Refusal> refused = new ArrayList<>();
    private long first = -1;
    private long last = -1;
    private long latestTimestamp;

    /** A pair that can be learned, and where the record stands that brought it. */
    record Accepted(Place place, String pairId, PreparedPair pair) {}

    void accept(Accepted pair) {
        extend(pair.place());
        accepted.add(pair);
    }

    void refuse(Refusal refusal) {
        extend(refusal.place());
        refused.add(refusal);
    }

    /** Takes accepted pairs out again; refuse them then. */
    void withdraw(Collection<Accepted> pairs) {
        accepted.removeAll(pairs);
    }

    private void extend(Place record) {
        if (first < 0) {
            first = record.offset();
        }
        last = Math.max(last, record.offset());
        latestTimestamp = Math.max(latestTimestamp, record.timestamp());
    }

    List<Accepted> accepted() {
        return List.copyOf(accepted);
    }

    List<PreparedPair> pairs() {
        return accepted.stream().map(Accepted::pair).toList();
    }

    List<Refusal> refused() {
        return refused.stream()
                .sorted(Comparator.comparingLong(Refusal::offset))
                .toList();
    }

    /** The records in it. */
    int size() {
        return accepted.size() + refused.size();
    }

    long last() {
        return last;
    }

    /** The latest timestamp of its records, in milliseconds since the epoch. */
    long latestTimestamp() {
        return latestTimestamp;
    }

    List<Long> refusedOffsets() {
        return refused().stream().map(Refusal::offset).toList();
    }

    StepOffsets offsets(long step) {
        return StepOffsets.newBuilder()
                .setStep(step)
                .setPartition(0)
                .setFirst(first)
                .setLast(last)
                .setRefused(refusedOffsets())
                .build();
    }
}
