package io.mdpo.lab.demo;

import io.mdpo.schemas.Topic;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** A topic of one partition as any consumer of committed records sees it. */
public final class CommittedTopic {
    private static final Duration POLL = Duration.ofSeconds(1);

    private final Map<String, String> kafka;
    private final TopicPartition partition;

    /** @param kafka settings of a client, {@code bootstrap.servers} among them */
    public CommittedTopic(Map<String, String> kafka, Topic topic) {
        this.kafka = kafka;
        this.partition = new TopicPartition(topic.name(Topic.DEFAULT_PREFIX), 0);
    }

    /** Reads from the beginning to the end as it is now; returns the number of records. */
    public long forEach(Consumer<ConsumerRecord<byte[], byte[]>> each) {
        var settings = new HashMap<String, Object>(kafka);
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        try (var consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
            long count = 0;
            while (consumer.position(partition) < end) {
                for (var record : consumer.poll(POLL)) {
                    count++;
                    each.accept(record);
                }
            }
            return count;
        }
    }
}
