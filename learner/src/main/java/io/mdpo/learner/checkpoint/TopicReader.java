package io.mdpo.learner.checkpoint;

import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** Reads one partition from a position to its end. */
final class TopicReader {
    private static final Duration POLL = Duration.ofMillis(200);

    private final Consumer<byte[], byte[]> consumer;
    private final TopicPartition partition;

    TopicReader(Consumer<byte[], byte[]> consumer, TopicPartition partition) {
        this.consumer = consumer;
        this.partition = partition;
        consumer.assign(List.of(partition));
    }

    void seek(long offset) {
        consumer.seek(partition, offset);
    }

    /** Gives every record to {@code more} until it returns false or the end at the time of the call is reached. */
    void readToEnd(Predicate<ConsumerRecord<byte[], byte[]>> more) {
        // Read-committed: the end is where the first open transaction begins.
        long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
        while (consumer.position(partition) < end) {
            for (var record : consumer.poll(POLL)) {
                if (!more.test(record)) {
                    return;
                }
            }
        }
    }
}
