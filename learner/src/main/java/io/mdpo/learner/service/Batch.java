package io.mdpo.learner.service;

import io.mdpo.kafka.DeadLetter;
import io.mdpo.learner.training.Trainer.PreparedPair;
import io.mdpo.schemas.avro.StepOffsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The records since the last step, in offset order: the pairs of the next step and what was refused among them. */
final class Batch {
    private static final Comparator<DeadLetter> BY_OFFSET =
            Comparator.comparingLong(letter -> letter.source().offset());

    private final List<Accepted> accepted = new ArrayList<>();
    private final List<DeadLetter> refused = new ArrayList<>();
    private long first = -1;
    private long last = -1;
    private long latestTimestamp;

    /** A pair that can be learned, and the record that brought it. */
    record Accepted(ConsumerRecord<byte[], byte[]> source, String pairId, PreparedPair pair) {}

    void accept(Accepted pair) {
        extend(pair.source());
        accepted.add(pair);
    }

    void refuse(DeadLetter letter) {
        extend(letter.source());
        refused.add(letter);
    }

    /** Takes accepted pairs out again; refuse them then. */
    void withdraw(Collection<Accepted> pairs) {
        accepted.removeAll(pairs);
    }

    private void extend(ConsumerRecord<byte[], byte[]> record) {
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

    List<DeadLetter> refused() {
        return refused.stream().sorted(BY_OFFSET).toList();
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
        return refused().stream().map(letter -> letter.source().offset()).toList();
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
