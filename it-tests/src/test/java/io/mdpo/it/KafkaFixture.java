package io.mdpo.it;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.mdpo.ops.broker.TopicCatalogue;
import io.mdpo.schemas.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** The topic catalogue under a prefix of its own, and what a test writes to it and reads from it. */
final class KafkaFixture implements AutoCloseable {
    private static final AtomicInteger PREFIXES = new AtomicInteger();

    final String prefix;
    final Map<String, String> kafka;
    final Admin admin;
    private final KafkaProducer<byte[], byte[]> producer;

    KafkaFixture(String bootstrap, int pairsPartitions) {
        this(Map.of("bootstrap.servers", bootstrap), pairsPartitions);
    }

    /** @param kafka what a client needs to connect */
    KafkaFixture(Map<String, String> kafka, int pairsPartitions) {
        this(kafka, "it" + PREFIXES.incrementAndGet());
        new TopicCatalogue(admin, prefix, pairsPartitions, Optional.of(1)).create();
        keepForEver();
    }

    private KafkaFixture(Map<String, String> kafka, String prefix) {
        this.prefix = prefix;
        this.kafka = Map.copyOf(kafka);
        this.admin = Admin.create(new HashMap<String, Object>(kafka));
        var settings = new HashMap<String, Object>(kafka);
        settings.put("max.request.size", 2 * Topic.MAX_RECORD_BYTES);
        this.producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** The same topics with other client settings; closed by itself. */
    KafkaFixture with(Map<String, String> settings) {
        return new KafkaFixture(settings, prefix);
    }

    /**
     * Many tests give records the timestamps 0, 1, 2: those are of 1970. A broker that keeps them for 30 days deletes them when it
     * looks, half a minute after its start and every five minutes, and whoever has not read them by then waits in vain.
     */
    private void keepForEver() {
        var forEver =
                new AlterConfigOp(new ConfigEntry(TopicConfig.RETENTION_MS_CONFIG, "-1"), AlterConfigOp.OpType.SET);
        var topics = Arrays.stream(Topic.values())
                .map(topic -> new ConfigResource(ConfigResource.Type.TOPIC, topic.name(prefix)))
                .collect(Collectors.<ConfigResource, ConfigResource, Collection<AlterConfigOp>>toMap(
                        topic -> topic, topic -> List.of(forEver)));
        admin.incrementalAlterConfigs(topics)
                .all()
                .toCompletionStage()
                .toCompletableFuture()
                .join();
    }

    /** The client settings with one more. */
    Map<String, String> kafkaWith(String key, String value) {
        var all = new HashMap<>(kafka);
        all.put(key, value);
        return all;
    }

    /** Sends the record; its timestamp is its number in the topic, so that it does not come from the clock. */
    void send(Topic topic, int partition, long timestamp, String key, byte[] value) {
        var unused = producer.send(
                new ProducerRecord<>(topic.name(prefix), partition, timestamp, key.getBytes(UTF_8), value));
    }

    /** Sends a record that need be none of ours. */
    void send(
            Topic topic,
            int partition,
            long timestamp,
            byte @Nullable [] key,
            byte @Nullable [] value,
            Map<String, String> headers) {
        var record = new ProducerRecord<byte[], byte[]>(topic.name(prefix), partition, timestamp, key, value);
        headers.forEach((name, text) -> record.headers().add(name, text.getBytes(UTF_8)));
        var unused = producer.send(record);
    }

    /** Sends a record that need be none of ours, to any partition, with the time of now. */
    void sendRaw(Topic topic, byte @Nullable [] key, byte @Nullable [] value, Map<String, String> headers) {
        var record = new ProducerRecord<byte[], byte[]>(topic.name(prefix), key, value);
        headers.forEach((name, text) -> record.headers().add(name, text.getBytes(UTF_8)));
        var unused = producer.send(record);
    }

    void flush() {
        producer.flush();
    }

    /**
     * Every committed record of the topic, by partition and offset. A commit returns before its markers stand in every
     * partition, so this reads up to the end of the log and not only to the last stable offset: it waits for them.
     */
    List<ConsumerRecord<byte[], byte[]>> read(Topic topic) {
        return read(topic, "read_committed");
    }

    List<ConsumerRecord<byte[], byte[]>> read(Topic topic, String isolation) {
        var settings = new HashMap<String, Object>(kafka);
        settings.put("isolation.level", isolation);
        try (var consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            var partitions = consumer.partitionsFor(topic.name(prefix)).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var ends = ends(partitions);
            var records = new ArrayList<ConsumerRecord<byte[], byte[]>>();
            while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.getOrDefault(p, 0L))) {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            }
            return records;
        }
    }

    private Map<TopicPartition, Long> ends(List<TopicPartition> partitions) {
        var latest = partitions.stream().collect(Collectors.toMap(p -> p, p -> OffsetSpec.latest()));
        return admin.listOffsets(latest).all().toCompletionStage().toCompletableFuture().join().entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, found -> found.getValue().offset()));
    }

    /** Waits until the checkpoints whose commits have returned can be read. */
    void awaitCheckpoints() {
        var unused = List.of(read(Topic.CHECKPOINTS), read(Topic.CHECKPOINT_CHUNKS));
    }

    static String key(ConsumerRecord<byte[], byte[]> record) {
        return new String(record.key(), UTF_8);
    }

    static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), UTF_8);
    }

    @Override
    public void close() {
        producer.close();
        admin.close();
    }
}
