package io.mdpo.kafka;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * Reads what is committed of some partitions: from a position to the end, and later what has come since. Every wait is
 * bounded. Not thread-safe.
 */
public final class CommittedReader {
    private static final Duration POLL = Duration.ofMillis(200);

    /** Brokers that answer have answered by then. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** A commit has reached every partition by then. */
    private static final Duration SETTLED_WITHIN = Duration.ofSeconds(10);

    private final Consumer<byte[], byte[]> consumer;

    /** @param consumer of {@link KafkaClients}, without a group; stays the caller's */
    public CommittedReader(Consumer<byte[], byte[]> consumer) {
        this.consumer = consumer;
    }

    /** The partitions of a topic; none if there is no such topic. */
    public List<TopicPartition> partitions(String topic) {
        var partitions = consumer.partitionsFor(topic);
        return partitions == null
                ? List.of()
                : partitions.stream()
                        .map(info -> new TopicPartition(info.topic(), info.partition()))
                        .toList();
    }

    /** Goes to an offset of each partition, or to its first record where that comes later. Earlier partitions are left. */
    public void seek(Map<TopicPartition, Long> offsets) {
        consumer.assign(offsets.keySet());
        var begins = consumer.beginningOffsets(offsets.keySet());
        offsets.forEach(
                (partition, offset) -> consumer.seek(partition, Math.max(offset, begins.getOrDefault(partition, 0L))));
    }

    /** {@link #seek(Map)} for one partition. */
    public void seek(TopicPartition partition, long offset) {
        seek(Map.of(partition, offset));
    }

    /** The offset from which a partition is read next. */
    public long position(TopicPartition partition) {
        return consumer.position(partition);
    }

    /**
     * Hands over records until {@code more} returns false, or the end at the time of the call is reached, which is where the
     * oldest open transaction begins.
     *
     * @throws TimeoutException the brokers have been silent for 30 s
     */
    public void read(Predicate<ConsumerRecord<byte[], byte[]>> more) {
        var ends = new HashMap<>(consumer.endOffsets(consumer.assignment()));
        long heard = System.nanoTime();
        while (consumer.assignment().stream().anyMatch(p -> consumer.position(p) < ends.getOrDefault(p, 0L))) {
            var records = consumer.poll(POLL);
            for (var record : records) {
                if (!more.test(record)) {
                    return;
                }
            }
            if (!records.isEmpty()) {
                heard = System.nanoTime();
            } else if (System.nanoTime() - heard > PATIENCE.toNanos()) {
                throw new TimeoutException("the brokers have not sent a record of %s for %d s: see their logs"
                        .formatted(topics(consumer.assignment()), PATIENCE.toSeconds()));
            }
        }
    }

    /**
     * Waits until a committed record at an offset can be read, but not for ever. A commit reaches each partition in its own
     * time: a manifest may be readable before its chunks.
     */
    public void awaitReadable(TopicPartition partition, long offset) {
        long start = System.nanoTime();
        while (consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L) <= offset
                && System.nanoTime() - start < SETTLED_WITHIN.toNanos()) {
            Thread.onSpinWait(); // Each look is a request to the broker.
        }
    }

    private static List<String> topics(Collection<TopicPartition> partitions) {
        return partitions.stream().map(TopicPartition::topic).distinct().toList();
    }
}
