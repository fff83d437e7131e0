package io.mdpo.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.mdpo.schemas.AvroSerde;
import io.mdpo.schemas.Topic;
import io.mdpo.schemas.avro.PreferencePair;
import io.mdpo.schemas.avro.QuarantinedPair;
import io.mdpo.schemas.avro.RejectedPair;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;

/** The real topology with the real settings, fed and read as bytes. */
final class TopologyHarness implements AutoCloseable {
    static final Instant START = Instant.ofEpochMilli(1_700_000_000_000L);
    static final Duration WINDOW = Duration.ofHours(1);

    final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final AvroSerde<RejectedPair> rejectedSerde = AvroSerde.of(RejectedPair.class);
    private final TopologyTestDriver driver;
    private final TestInputTopic<byte[], byte[]> raw;
    private final TestOutputTopic<byte[], PreferencePair> pairs;
    private final TestOutputTopic<byte[], PreferencePair> heldOut;
    private final TestOutputTopic<byte[], QuarantinedPair> quarantined;
    private final TestOutputTopic<byte[], RejectedPair> rejected;

    TopologyHarness(Path stateDir, Optional<Path> imageRoot) {
        this(config(stateDir, imageRoot));
    }

    TopologyHarness(IngestConfig config) {
        var properties = new Properties();
        properties.putAll(StreamsSettings.of(config));
        driver = new TopologyTestDriver(
                IngestTopology.of(config, config.openImageReferences(), new IngestMetrics(registry)), properties);
        raw = driver.createInputTopic(
                Topic.RAW_PAIRS.name("test"), new ByteArraySerializer(), new ByteArraySerializer());
        pairs = driver.createOutputTopic(Topic.PAIRS.name("test"), new ByteArrayDeserializer(), Pairs.SERDE);
        heldOut = driver.createOutputTopic(Topic.HELDOUT_PAIRS.name("test"), new ByteArrayDeserializer(), Pairs.SERDE);
        quarantined = driver.createOutputTopic(
                Topic.QUARANTINED_PAIRS.name("test"), new ByteArrayDeserializer(), AvroSerde.of(QuarantinedPair.class));
        rejected =
                driver.createOutputTopic(Topic.REJECTED_PAIRS.name("test"), new ByteArrayDeserializer(), rejectedSerde);
    }

    static IngestConfig config(Path stateDir, Optional<Path> imageRoot) {
        return IngestConfig.defaults().with(config -> config.topicPrefix("test")
                .applicationId("test-ingest")
                .kafka(Map.of("bootstrap.servers", "unused:9092"))
                .dedupWindow(WINDOW)
                .maxImageBytes(100_000)
                .maxTextChars(1_000)
                .imageRoot(imageRoot)
                .imageTimeout(Duration.ofSeconds(1))
                .stateDir(stateDir));
    }

    byte[] encode(PreferencePair pair) {
        return Pairs.SERDE.encode(pair);
    }

    void send(PreferencePair pair) {
        send(pair, START);
    }

    void send(PreferencePair pair, Instant time) {
        send(pair.getPairId().getBytes(UTF_8), encode(pair), time, new RecordHeaders());
    }

    void send(byte @Nullable [] key, byte @Nullable [] value, Instant time, Headers headers) {
        raw.pipeInput(new TestRecord<>(key, value, headers, time));
    }

    List<TestRecord<byte[], PreferencePair>> pairs() {
        return pairs.readRecordsToList();
    }

    List<TestRecord<byte[], PreferencePair>> heldOut() {
        return heldOut.readRecordsToList();
    }

    List<TestRecord<byte[], QuarantinedPair>> quarantined() {
        return quarantined.readRecordsToList();
    }

    List<TestRecord<byte[], RejectedPair>> rejected() {
        return rejected.readRecordsToList();
    }

    /** Sends one pair and returns its dead letter; fails unless it has exactly that. */
    RejectedPair refusal(PreferencePair pair) {
        send(pair);
        return onlyRefusal();
    }

    RejectedPair onlyRefusal() {
        var letters = rejected();
        if (letters.size() != 1 || !pairs.isEmpty()) {
            throw new AssertionError("expected one dead letter and no pair, got " + letters + " and " + pairs());
        }
        return letters.get(0).value();
    }

    double count(String name, String... tags) {
        return registry.get(name).tags(tags).counter().count();
    }

    @Override
    public void close() {
        driver.close();
    }
}
