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
    private static final Duration SETTLED_WITHIN = Duration.ofSeconds(10);

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

    /**
     * Waits until committed records up to an offset can be read, but not for ever. A commit reaches each partition in its
     * own time: a manifest may be readable before its chunks.
     */
    void awaitReadable(long offset) {
        long start = System.nanoTime();
        while (end() <= offset && System.nanoTime() - start < SETTLED_WITHIN.toNanos()) {
            Thread.onSpinWait(); // Each look is a request to the broker.
        }
    }

    /** Gives every record to {@code more} until it returns false or the end at the time of the call is reached. */
    void readToEnd(Predicate<ConsumerRecord<byte[], byte[]>> more) {
        long end = end();
        while (consumer.position(partition) < end) {
            for (var record : consumer.poll(POLL)) {
                if (!more.test(record)) {
                    return;
                }
            }
        }
    }

    /** Read-committed: the end is where the first open transaction begins. */
    private long end() {
        return consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
    }
}
