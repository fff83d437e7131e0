package io.mdpo.ops.rejected;

import io.mdpo.ingest.encoding.PairDecoder;
import io.mdpo.kafka.CommittedReader;
import io.mdpo.kafka.KafkaClients;
import io.mdpo.operator.OperatorException;
import io.mdpo.schemas.Topic;
import io.mdpo.schemas.registry.ConfluentFormat;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** Reads what is committed of the topics. One letter is in memory at a time. */
public final class DeadLetterLog {
    private final KafkaClients clients;
    private final String topicPrefix;
    private final PairDecoder decoder;

    public DeadLetterLog(String topicPrefix, Map<String, String> kafka) {
        this.clients = new KafkaClients(kafka);
        this.topicPrefix = topicPrefix;
        this.decoder = new PairDecoder(ConfluentFormat.of(kafka));
    }

    /** Reads the originals that ingest refused, in any of their encodings. */
    public PairDecoder decoder() {
        return decoder;
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
    public long read(DeadLetterFilter filter, Consumer<DeadLetter> each) {
        var topic = Topic.REJECTED_PAIRS.name(topicPrefix);
        var partitions = partitions(topic);
        if (partitions.size() != 1) {
            throw new OperatorException(
                    "the topic %s has %d partitions and needs 1, so that an offset names one letter: create it again"
                            .formatted(topic, partitions.size()));
        }
        var strangers = new long[1];
        read(Map.of(partitions.get(0), filter.first()), filter.last(), record -> {
            var letter = DeadLetter.of(record);
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
                read(starts, Long.MAX_VALUE, each);
            }
        }
    }

    private List<TopicPartition> partitions(String topic) {
        try (var consumer = clients.consumer(Map.of())) {
            var partitions = new CommittedReader(consumer).partitions(topic);
            if (partitions.isEmpty()) {
                throw new OperatorException(
                        "the topic %s does not exist: see topic-prefix, or topics create".formatted(topic));
            }
            return partitions;
        }
    }

    private void read(Map<TopicPartition, Long> starts, long last, Consumer<ConsumerRecord<byte[], byte[]>> each) {
        try (var consumer = clients.consumer(Map.of())) {
            var reader = new CommittedReader(consumer);
            reader.seek(starts);
            reader.read(record -> {
                if (record.offset() <= last) {
                    each.accept(record);
                }
                // With several partitions there is no last offset.
                return record.offset() < last;
            });
        }
    }
}
