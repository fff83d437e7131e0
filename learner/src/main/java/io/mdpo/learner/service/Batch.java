package io.mdpo.learner.service;

import io.mdpo.learner.training.Trainer.PreparedPair;
import io.mdpo.schemas.avro.StepOffsets;
import io.mdpo.scorer.kafka.DeadLetter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The records since the last step, in offset order: the pairs of the next step and what was refused among them. */
final class Batch {
    private final List<PreparedPair> pairs = new ArrayList<>();
    private final List<DeadLetter> refused = new ArrayList<>();
    private long first = -1;
    private long last = -1;
    private long latestTimestamp;

    void accept(ConsumerRecord<byte[], byte[]> record, PreparedPair pair) {
        extend(record);
        pairs.add(pair);
    }

    void refuse(DeadLetter letter) {
        extend(letter.source());
        refused.add(letter);
    }

    private void extend(ConsumerRecord<byte[], byte[]> record) {
        if (first < 0) {
            first = record.offset();
        }
        last = record.offset();
        latestTimestamp = Math.max(latestTimestamp, record.timestamp());
    }

    List<PreparedPair> pairs() {
        return Collections.unmodifiableList(pairs);
    }

    List<DeadLetter> refused() {
        return Collections.unmodifiableList(refused);
    }

    /** The records in it. */
    int size() {
        return pairs.size() + refused.size();
    }

    long last() {
        return last;
    }

    /** The latest timestamp of its records, in milliseconds since the epoch. */
    long latestTimestamp() {
        return latestTimestamp;
    }

    List<Long> refusedOffsets() {
        return refused.stream().map(letter -> letter.source().offset()).toList();
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
