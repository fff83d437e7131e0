package io.mdpo.lab.demo;

import io.mdpo.kafka.CommittedReader;
import io.mdpo.kafka.KafkaClients;
import io.mdpo.schemas.Topic;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** A topic of one partition as any consumer of committed records sees it. */
public final class CommittedTopic {
    private final KafkaClients clients;
    private final TopicPartition partition;

    /** @param kafka settings of a client, {@code bootstrap.servers} among them */
    public CommittedTopic(Map<String, String> kafka, Topic topic) {
        this.clients = new KafkaClients(kafka);
        this.partition = new TopicPartition(topic.name(Topic.DEFAULT_PREFIX), 0);
    }

    /** Reads from the beginning to the end as it is now; returns the number of records. */
    public long forEach(Consumer<ConsumerRecord<byte[], byte[]>> each) {
        var count = new long[1];
        try (var consumer = clients.consumer(Map.of())) {
            var reader = new CommittedReader(consumer);
            reader.seek(partition, 0);
            reader.read(record -> {
                count[0]++;
                each.accept(record);
                return true;
            });
        }
        return count[0];
    }
}
