package io.mdpo.learner.service;

import io.mdpo.kafka.CommittedReader;
import io.mdpo.kafka.DeadLetter;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/** Reads refused records again from {@code scored-pairs}, which keeps them for ever, to make letters of them. */
final class Originals {
    private final CommittedReader reader;
    private final TopicPartition partition;

    /** @param consumer of its own, for the learner's keeps its place; stays the caller's */
    Originals(Consumer<byte[], byte[]> consumer, String topic) {
        this.reader = new CommittedReader(consumer);
        this.partition = new TopicPartition(topic, 0);
    }

    /** The letter with its original; without one, where somebody has trimmed the topic in between. */
    DeadLetter letter(Refusal refusal) {
        return new DeadLetter(
                Intake.STAGE,
                find(refusal.offset()).map(DeadLetter.Source::of).orElseGet(() -> missing(refusal)),
                refusal.pairId(),
                refusal.reason(),
                refusal.message());
    }

    private Optional<ConsumerRecord<byte[], byte[]>> find(long offset) {
        reader.seek(partition, offset);
        var found = new AtomicReference<@Nullable ConsumerRecord<byte[], byte[]>>();
        reader.read(record -> {
            found.set(record);
            return false;
        });
        return Optional.ofNullable(found.get()).filter(record -> record.offset() == offset);
    }

    private DeadLetter.Source missing(Refusal refusal) {
        return new DeadLetter.Source(
                partition.topic(),
                partition.partition(),
                refusal.offset(),
                refusal.place().timestamp(),
                Optional.empty(),
                Optional.empty(),
                new RecordHeaders());
    }
}
