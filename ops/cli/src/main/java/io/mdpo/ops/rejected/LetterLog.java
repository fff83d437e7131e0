package io.mdpo.ops.rejected;

import io.mdpo.kafka.KafkaClients;
import io.mdpo.operator.OperatorException;
import io.mdpo.schemas.Topic;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** Reads what is committed of the topics. One letter is in memory at a time. */
public final class LetterLog {
    private static final Duration POLL = Duration.ofMillis(500);

    /** A broker that answers has answered by then. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final KafkaClients clients;
    private final String topicPrefix;

    public LetterLog(String topicPrefix, Map<String, String> kafka) {
        this.clients = new KafkaClients(kafka);
        this.topicPrefix = topicPrefix;
    }

    String topicPrefix() {
        return topicPrefix;
    }

    KafkaClients clients() {
        return clients;
    }

    /**
     * Hands over the letters that match, in the order of their offsets.
     *
     * @return how many records of the topic are no dead letters
     * @throws OperatorException if the topic is not there, or not as the catalogue has it
     */
    public long read(LetterFilter filter, Consumer<Letter> each) {
        var topic = Topic.REJECTED_PAIRS.name(topicPrefix);
        var partitions = partitions(topic);
        if (partitions.size() != 1) {
            throw new OperatorException(
                    "the topic %s has %d partitions and needs 1, so that an offset names one letter: create it again"
                            .formatted(topic, partitions.size()));
        }
        var strangers = new long[1];
        read(partitions, Map.of(partitions.get(0), filter.first()), filter.last(), record -> {
            var letter = Letter.of(record);
            if (letter.isEmpty()) {
                strangers[0]++;
            }
            letter.filter(filter::matches).ifPresent(each);
        });
        return strangers[0];
    }

    /** Every committed record of a topic from a time on, in no order across partitions. */
    void readSince(String topic, long timestamp, Consumer<ConsumerRecord<byte[], byte[]>> each) {
        try (var consumer = clients.consumer(Map.of())) {
            var partitions = partitions(topic);
            var starts = new HashMap<TopicPartition, Long>();
            var times = new HashMap<TopicPartition, Long>();
            partitions.forEach(partition -> times.put(partition, timestamp));
            consumer.offsetsForTimes(times).forEach((partition, found) -> {
                if (found != null) {
                    starts.put(partition, found.offset());
                }
            });
            if (!starts.isEmpty()) {
                read(List.copyOf(starts.keySet()), starts, Long.MAX_VALUE, each);
            }
        }
    }

    private List<TopicPartition> partitions(String topic) {
        try (var consumer = clients.consumer(Map.of())) {
            var partitions = consumer.partitionsFor(topic);
            if (partitions == null || partitions.isEmpty()) {
                throw new OperatorException(
                        "the topic %s does not exist: see topic-prefix, or topics create".formatted(topic));
            }
            return partitions.stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
        }
    }

    private void read(
            List<TopicPartition> partitions,
            Map<TopicPartition, Long> starts,
            long last,
            Consumer<ConsumerRecord<byte[], byte[]>> each) {
        try (var consumer = clients.consumer(Map.of())) {
            consumer.assign(partitions);
            var begins = consumer.beginningOffsets(partitions);
            // Read-committed: up to where the oldest open transaction begins.
            var ends = consumer.endOffsets(partitions);
            starts.forEach((partition, start) ->
                    consumer.seek(partition, Math.max(start, begins.getOrDefault(partition, 0L))));
            long heard = System.nanoTime();
            while (partitions.stream()
                    .anyMatch(p -> consumer.position(p) <= last && consumer.position(p) < ends.getOrDefault(p, 0L))) {
                var records = consumer.poll(POLL);
                for (var record : records) {
                    if (record.offset() <= last) {
                        each.accept(record);
                    }
                }
                if (!records.isEmpty()) {
                    heard = System.nanoTime();
                } else if (System.nanoTime() - heard > PATIENCE.toNanos()) {
                    throw new OperatorException("the brokers have not sent a record of %s for %d s: see their logs"
                            .formatted(partitions.get(0).topic(), PATIENCE.toSeconds()));
                }
            }
        }
    }
}
