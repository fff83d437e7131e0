package io.mdpo.ops.quickstart;

import io.mdpo.schemas.AvroSerde;
import io.mdpo.schemas.Topic;
import io.mdpo.schemas.avro.RejectedPair;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** What the topics hold, counted by reading them as any consumer of committed records would. */
record TopicCounts(long ingested, long scored, long rejected, Map<String, Long> reasons) {
    private static final Duration POLL = Duration.ofSeconds(1);

    static TopicCounts read(Map<String, String> kafka) {
        var serde = AvroSerde.of(RejectedPair.class);
        var reasons = new TreeMap<String, Long>();
        long rejected = count(
                kafka,
                Topic.REJECTED_PAIRS,
                value -> reasons.merge(serde.decode(value).getReason(), 1L, Long::sum));
        return new TopicCounts(
                count(kafka, Topic.RAW_PAIRS, value -> {}),
                count(kafka, Topic.SCORED_PAIRS, value -> {}),
                rejected,
                Map.copyOf(reasons));
    }

    private static long count(Map<String, String> kafka, Topic topic, Consumer<byte[]> each) {
        var settings = new HashMap<String, Object>(kafka);
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        var partition = new TopicPartition(topic.name(Topic.DEFAULT_PREFIX), 0);
        try (var consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
            long count = 0;
            while (consumer.position(partition) < end) {
                for (var record : consumer.poll(POLL)) {
                    count++;
                    each.accept(record.value());
                }
            }
            return count;
        }
    }
}
