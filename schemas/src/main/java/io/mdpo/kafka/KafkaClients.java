package io.mdpo.kafka;

import io.mdpo.schemas.Topic;
import io.mdpo.schemas.registry.ConfluentFormat;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Opens Kafka clients. Keys and values are bytes: a service decodes them itself, so that what cannot be decoded becomes
 * a dead letter and not an exception inside {@code poll}. Where the operator names a schema registry, values are written in the
 * Confluent wire format, and those in it are handed over in single-object encoding, see {@link ConfluentFormat}.
 *
 * <p>The operator's settings go to every client and win over the tuning here, but never over the settings that
 * exactly-once stands on: isolation, manual offsets, idempotence and the transactional id.
 */
public final class KafkaClients {
    /** The headers and the framing of a batch come on top of the largest record. */
    private static final int MAX_REQUEST_BYTES = Topic.MAX_RECORD_BYTES + (1 << 16);

    /** A fetch takes several records with images, or scoring would go one pair at a time. */
    public static final int FETCH_BYTES = 16 << 20;

    private final Map<String, String> operator;

    public KafkaClients(Map<String, String> operator) {
        this.operator = Map.copyOf(operator);
    }

    /**
     * A consumer that sees committed records only and commits nothing by itself.
     *
     * @param settings what the service needs beyond that; wins over the operator's settings
     */
    public Consumer<byte[], byte[]> consumer(Map<String, Object> settings) {
        var all = new HashMap<String, Object>();
        // With the newer "consumer" protocol a scorer was seen to stop reading a partition after a rebalance, for good.
        all.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "classic");
        all.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, FETCH_BYTES);
        // A topic that a read created would have the cluster's default partitions, and scored-pairs must have one.
        all.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        all.putAll(operator);
        all.putAll(settings);
        all.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        all.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        return new KafkaConsumer<>(all, new ByteArrayDeserializer(), ConfluentFormat.deserializer(operator));
    }

    /**
     * An idempotent producer with a transactional id.
     *
     * @param timeout how long the broker keeps an unfinished transaction of a producer that died
     */
    public Producer<byte[], byte[]> producer(String transactionalId, Duration timeout) {
        return producer(Map.of(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId), timeout);
    }

    /** A client that asks brokers about topics and groups. */
    public Admin admin() {
        return Admin.create(new HashMap<>(operator));
    }

    /** An idempotent producer without transactions. */
    public Producer<byte[], byte[]> idempotentProducer() {
        return producer(Map.of(), Duration.ofMinutes(1));
    }

    private Producer<byte[], byte[]> producer(Map<String, Object> identity, Duration timeout) {
        var all = new HashMap<String, Object>();
        all.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, MAX_REQUEST_BYTES);
        all.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 64 << 20);
        all.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, (int) timeout.toMillis());
        all.putAll(operator);
        all.putAll(identity);
        all.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        all.put(ProducerConfig.ACKS_CONFIG, "all");
        return new KafkaProducer<>(all, new ByteArraySerializer(), ConfluentFormat.serializer(operator));
    }
}
