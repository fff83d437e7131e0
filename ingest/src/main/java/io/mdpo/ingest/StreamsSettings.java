package io.mdpo.ingest;

import static io.mdpo.operator.SettingException.require;

import io.mdpo.operator.SettingException;
import io.mdpo.schemas.Topic;
import io.mdpo.schemas.registry.ConfluentFormat;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.streams.StreamsConfig;

/** Kafka Streams settings: our defaults, then the operator's, then what exactly-once processing rests on. */
public final class StreamsSettings {
    /** Other values would break a guarantee of the service, so they are refused. */
    private static final Map<String, String> FIXED = Map.of(
            StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2,
            StreamsConfig.GROUP_PROTOCOL_CONFIG, "classic",
            StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, "true");

    private StreamsSettings() {}

    static Map<String, Object> of(IngestConfig config) {
        return of(
                config.applicationId(),
                config.stateDir(),
                config.kafka(),
                config.imageHosts().isEmpty() ? Map.of() : patient());
    }

    /**
     * The settings of one application.
     *
     * @param kafka the operator's
     * @param tuning weaker than the operator's settings and stronger than the defaults
     */
    public static Map<String, Object> of(
            String applicationId, Path stateDir, Map<String, String> kafka, Map<String, Object> tuning) {
        var settings = new HashMap<String, Object>(defaults());
        settings.putAll(tuning);
        if (ConfluentFormat.isConfigured(kafka)) {
            // A record may wait for the registry.
            settings.put(StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG), 300_000);
        }
        settings.putAll(kafka);
        settings.putAll(FIXED);
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, applicationId);
        settings.put(StreamsConfig.STATE_DIR_CONFIG, stateDir.toString());
        return settings;
    }

    /** Refuses what no topology can be run with. */
    public static void check(String topicPrefix, String applicationId, Map<String, String> kafka) {
        require(!topicPrefix.isBlank(), "topic-prefix", "is empty: name the prefix that the topics were created with");
        require(
                applicationId.matches("[a-zA-Z0-9._-]+"),
                "application-id",
                "is '" + applicationId + "': use letters, digits, dot, underscore and hyphen only");
        require(
                !kafka.getOrDefault("bootstrap.servers", "").isBlank(),
                "kafka.bootstrap.servers",
                "is missing: name at least one broker as host:port");
        refuseConflicts(kafka);
        var unusedFormat = ConfluentFormat.isConfigured(kafka);
    }

    private static void refuseConflicts(Map<String, String> kafka) {
        FIXED.forEach((name, value) -> {
            if (!kafka.getOrDefault(name, value).equals(value)) {
                throw new SettingException(
                        "kafka." + name,
                        "is '%s': exactly-once needs '%s', so leave it out".formatted(kafka.get(name), value));
            }
        });
        for (var name : new String[] {StreamsConfig.APPLICATION_ID_CONFIG, StreamsConfig.STATE_DIR_CONFIG}) {
            if (kafka.containsKey(name)) {
                throw new SettingException("kafka." + name, "has a setting of its own: use " + name.replace('.', '-'));
            }
        }
    }

    /** A record may wait for another host: fewer of them between two commits, and more time for each. */
    private static Map<String, Object> patient() {
        return Map.of(
                StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG,
                8,
                StreamsConfig.consumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG),
                8,
                StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG),
                300_000);
    }

    private static Map<String, Object> defaults() {
        var settings = new HashMap<String, Object>();
        // A pair passes two transactions (screening, content), so this is about half of its latency. A commit takes
        // some 13 ms whatever it holds; below 100 ms the brokers would do little else.
        settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 100L);
        // Started before its topics are there, a service would not see them for the default of 5 minutes.
        settings.put(StreamsConfig.METADATA_MAX_AGE_CONFIG, 15_000);
        // Images are large: what is fetched ahead is bounded in records and in bytes, not by the default of 1000
        // records.
        settings.put(StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, 64);
        settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG), 64);
        settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.FETCH_MAX_BYTES_CONFIG), 2 * Topic.MAX_RECORD_BYTES);
        settings.put(
                StreamsConfig.consumerPrefix(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG), Topic.MAX_RECORD_BYTES);
        settings.put(StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG), Topic.MAX_RECORD_BYTES);
        settings.put(StreamsConfig.producerPrefix(ProducerConfig.BUFFER_MEMORY_CONFIG), 4L * Topic.MAX_RECORD_BYTES);
        // The default of 16 KiB would make every image a batch, and every batch a request.
        settings.put(StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), 256 << 10);
        settings.put(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), 5);
        // Nearly all bytes are images, compressed already: another pass costs time and saves nothing.
        settings.put(StreamsConfig.producerPrefix(ProducerConfig.COMPRESSION_TYPE_CONFIG), "none");
        // Longer than the slowest batch of decodings, short enough that a dead instance soon stops blocking readers.
        settings.put(StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG), 30_000);
        settings.put(
                StreamsConfig.topicPrefix(TopicConfig.MAX_MESSAGE_BYTES_CONFIG),
                Integer.toString(Topic.MAX_RECORD_BYTES));
        return settings;
    }
}
