package io.mdpo.ingest.pairing;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.mdpo.schemas.AvroSerde;
import io.mdpo.schemas.Prompts;
import io.mdpo.schemas.Topic;
import io.mdpo.schemas.avro.Answer;
import io.mdpo.schemas.avro.Feedback;
import io.mdpo.schemas.avro.FeedbackOutcome;
import io.mdpo.schemas.avro.Interaction;
import io.mdpo.schemas.avro.PreferencePair;
import io.mdpo.schemas.avro.RejectedPair;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;

/** The real topology with the real settings. Times are minutes after {@link #START}; the clock stands still unless told. */
final class PairingHarness implements AutoCloseable {
    static final Instant START = Instant.ofEpochMilli(1_700_000_000_000L);

    private static final AvroSerde<Interaction> INTERACTION = AvroSerde.of(Interaction.class);
    private static final AvroSerde<Feedback> FEEDBACK = AvroSerde.of(Feedback.class);

    final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final TopologyTestDriver driver;
    private final TestInputTopic<byte[], byte[]> interactions;
    private final TestInputTopic<byte[], byte[]> feedback;
    private final TestOutputTopic<byte[], PreferencePair> pairs;
    private final TestOutputTopic<byte[], FeedbackOutcome> outcomes;
    private final TestOutputTopic<byte[], RejectedPair> letters;

    PairingHarness(PairingConfig config, Storage storage) {
        var properties = new Properties();
        properties.putAll(PairingService.settings(config));
        driver = new TopologyTestDriver(PairingTopology.of(config, storage, 1, registry), properties, START);
        interactions = driver.createInputTopic(
                Topic.INTERACTIONS.name("test"), new ByteArraySerializer(), new ByteArraySerializer());
        feedback = driver.createInputTopic(
                Topic.FEEDBACK.name("test"), new ByteArraySerializer(), new ByteArraySerializer());
        pairs = output(Topic.RAW_PAIRS, AvroSerde.of(PreferencePair.class));
        outcomes = output(Topic.FEEDBACK_OUTCOMES, AvroSerde.of(FeedbackOutcome.class));
        letters = output(Topic.REJECTED_PAIRS, AvroSerde.of(RejectedPair.class));
    }

    private <T extends SpecificRecord> TestOutputTopic<byte[], T> output(Topic topic, AvroSerde<T> serde) {
        return driver.createOutputTopic(topic.name("test"), new ByteArrayDeserializer(), serde);
    }

    /** Settles an hour after the first feedback; five minutes late is in time; a thumb waits for two days. */
    static PairingConfig config(Path stateDir) {
        return PairingConfig.defaults().with(config -> config.topicPrefix("test")
                .applicationId("test-pairing")
                .kafka(Map.of("bootstrap.servers", "unused:9092"))
                .settle(Duration.ofHours(1))
                .lateness(Duration.ofMinutes(5))
                .interactionWait(Duration.ofHours(3))
                .feedbackWait(Duration.ofDays(7))
                .partnerWait(Duration.ofDays(2))
                .stateDir(stateDir));
    }

    static Interaction.Builder interaction(String id, String... answers) {
        return Interaction.newBuilder()
                .setInteractionId(id)
                .setImages(List.of(ByteBuffer.wrap(new byte[] {1, 2, 3})))
                .setPrompt(Prompts.user("What is this?"))
                .setAnswers(Stream.of(answers)
                        .map(text -> new Answer(text, "The answer " + text + ".", "", ""))
                        .toList())
                .setSource("test")
                .setCreatedAt(START);
    }

    static Feedback.Builder feedback(String id, String interaction, String rater, Object judgement) {
        return Feedback.newBuilder()
                .setFeedbackId(id)
                .setInteractionId(interaction)
                .setRater(rater)
                .setJudgement(judgement)
                .setCreatedAt(START);
    }

    void send(int minute, Interaction.Builder interaction) {
        var built = interaction.build();
        send(interactions, minute, built.getInteractionId(), INTERACTION.encode(built), new RecordHeaders());
    }

    /** Created at the time of its record. */
    void send(int minute, Feedback.Builder said) {
        send(minute, said, new RecordHeaders());
    }

    void send(int minute, Feedback.Builder said, Headers headers) {
        var built = said.setCreatedAt(at(minute)).build();
        send(feedback, minute, built.getInteractionId(), FEEDBACK.encode(built), headers);
    }

    void sendFeedback(int minute, @Nullable String key, byte @Nullable [] value) {
        send(feedback, minute, key, value, new RecordHeaders());
    }

    private static void send(
            TestInputTopic<byte[], byte[]> topic,
            int minute,
            @Nullable String key,
            byte @Nullable [] value,
            Headers headers) {
        topic.pipeInput(new TestRecord<>(key == null ? null : key.getBytes(UTF_8), value, headers, at(minute)));
    }

    static Instant at(int minute) {
        return START.plus(Duration.ofMinutes(minute));
    }

    /** Moves the time of the records on, by an interaction that nobody judges. */
    void passTime(int minute) {
        send(minute, interaction("time-" + minute));
        driver.advanceWallClockTime(Duration.ofSeconds(5));
    }

    /** Nothing comes for so long. */
    void standStill(Duration wait) {
        driver.advanceWallClockTime(wait);
    }

    List<TestRecord<byte[], PreferencePair>> pairs() {
        return pairs.readRecordsToList();
    }

    List<TestRecord<byte[], RejectedPair>> letters() {
        return letters.readRecordsToList();
    }

    /** What was said and where it ended; fails if something ended twice. */
    Map<String, String> outcomes() {
        var all = new TreeMap<String, String>();
        for (var outcome : outcomes.readValuesToList()) {
            if (all.put(outcome.getFeedbackId(), outcome.getOutcome()) != null) {
                throw new AssertionError(outcome.getFeedbackId() + " ended twice");
            }
        }
        return all;
    }

    double count(String name, String... tags) {
        return registry.get(name).tags(tags).counter().count();
    }

    /** How many entries the stores hold in which bytes lie. */
    long held() {
        long count = 0;
        for (var store : List.of("interactions", "feedback", "lives", "interaction-timers", "thumbs", "groups")) {
            try (var all = driver.<Object, Object>getKeyValueStore(store).all()) {
                while (all.hasNext()) {
                    all.next();
                    count++;
                }
            }
        }
        return count;
    }

    boolean holds(String store) {
        try (var all = driver.<Object, Object>getKeyValueStore(store).all()) {
            return all.hasNext();
        }
    }

    @Override
    public void close() {
        driver.close();
    }
}
