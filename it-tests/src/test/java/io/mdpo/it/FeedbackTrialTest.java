package io.mdpo.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.mdpo.ingest.StreamsSettings;
import io.mdpo.ingest.pairing.PairingConfig;
import io.mdpo.ingest.pairing.PairingTopology;
import io.mdpo.ingest.pairing.Storage;
import io.mdpo.lab.feedback.FeedbackEvent;
import io.mdpo.lab.feedback.FeedbackStream;
import io.mdpo.lab.feedback.FeedbackWaits;
import io.mdpo.lab.feedback.Paired;
import io.mdpo.lab.feedback.PlainPairing;
import io.mdpo.schemas.AvroSerde;
import io.mdpo.schemas.FeedbackReason;
import io.mdpo.schemas.Topic;
import io.mdpo.schemas.avro.FeedbackOutcome;
import io.mdpo.schemas.avro.PreferencePair;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The real topology on a made-up product's stream comes to what a plain program comes to that sees all of it at once.
 *
 * <p>{@code -Dmdpo.feedback.seed=N} has another stream, {@code -Dmdpo.feedback.events=N} another number of records.
 */
@Timeout(900)
class FeedbackTrialTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final FeedbackWaits WAITS = FeedbackWaits.TRIAL;
    private static final long SEED = Long.getLong("mdpo.feedback.seed", 7);
    private static final int EVENTS = Integer.getInteger("mdpo.feedback.events", 20_000);

    @TempDir
    private Path state;

    /** What the topology came to. */
    private record Result(List<Paired> pairs, Map<String, String> outcomes) {}

    @Test
    void recordsInRandomOrderGiveWhatAPlainProgramGives() {
        var events = FeedbackStream.of(WAITS, START, EVENTS, SEED, SEED);

        var expected = PlainPairing.of(WAITS, events);
        var result = run(events);

        assertThat(differences(result.outcomes(), expected.outcomes()))
                .as("seed %d", SEED)
                .isEmpty();
        assertThat(difference(result.pairs(), expected.pairs()))
                .as("only the topology's, seed %d", SEED)
                .isEmpty();
        assertThat(difference(expected.pairs(), result.pairs()))
                .as("only the plain program's, seed %d", SEED)
                .isEmpty();
        assertThat(result.pairs()).hasSameSizeAs(expected.pairs());
        assertThat(result.outcomes()).hasSizeGreaterThanOrEqualTo(EVENTS);
        // The stream meets every end but those of bounds in bytes, of a rule that is off and of what nobody foresaw.
        var rare = Set.of("TOO_MANY", "TOO_LARGE", "RULE_OFF", "UNPREPARABLE");
        for (var reason : FeedbackReason.values()) {
            if (!rare.contains(reason.name())) {
                assertThat(result.outcomes()).containsValue(reason.name());
            }
        }
        assertThat(result.pairs()).extracting(Paired::rule).contains("vote", "edit", "rating", "thumbs", "unpaired");
    }

    @Test
    void theOrderOfArrivalChangesNothing() {
        var one = run(FeedbackStream.of(WAITS, START, 3_000, SEED, 1));
        state = state.resolve("other");
        var other = run(FeedbackStream.of(WAITS, START, 3_000, SEED, 2));

        assertThat(other.outcomes()).isEqualTo(one.outcomes());
        assertThat(other.pairs()).containsExactlyInAnyOrderElementsOf(one.pairs());
    }

    private Result run(List<FeedbackEvent> events) {
        var config = WAITS.applyTo(PairingConfig.defaults()).with(change -> change.topicPrefix("test")
                .kafka(Map.of("bootstrap.servers", "unused:9092"))
                .stateDir(state));
        var properties = new Properties();
        properties.putAll(StreamsSettings.of(config.applicationId(), config.stateDir(), config.kafka(), Map.of()));
        var topology = PairingTopology.of(config, Storage.HEAP, 1, new SimpleMeterRegistry());
        var result = new Result(new ArrayList<>(), new TreeMap<>());
        var pairsOf = new HashMap<String, Set<String>>();
        try (var driver = new TopologyTestDriver(topology, properties, START)) {
            var inputs = Map.of(
                    Topic.INTERACTIONS,
                    input(driver, Topic.INTERACTIONS),
                    Topic.FEEDBACK,
                    input(driver, Topic.FEEDBACK));
            for (int i = 0; i < events.size(); i++) {
                var event = events.get(i);
                Objects.requireNonNull(inputs.get(event.topic()))
                        .pipeInput(event.key(), event.value(), event.timestamp());
                if (i % 1_000 == 0) {
                    driver.advanceWallClockTime(Duration.ofSeconds(5));
                    drain(driver, result, pairsOf);
                }
            }
            driver.advanceWallClockTime(Duration.ofDays(60));
            drain(driver, result, pairsOf);
        }
        return result;
    }

    private static TestInputTopic<String, byte[]> input(TopologyTestDriver driver, Topic topic) {
        return driver.createInputTopic(topic.name("test"), new StringSerializer(), new ByteArraySerializer());
    }

    /** Fails if a feedback ended twice, or names pairs that do not name it. */
    private static void drain(TopologyTestDriver driver, Result result, Map<String, Set<String>> pairsOf) {
        driver.createOutputTopic(
                        Topic.RAW_PAIRS.name("test"), new ByteArrayDeserializer(), AvroSerde.of(PreferencePair.class))
                .readValuesToList()
                .forEach(pair -> {
                    result.pairs().add(Paired.of(pair));
                    pair.getProvenance().getFeedback().forEach(id -> pairsOf.computeIfAbsent(
                                    id, each -> new HashSet<>())
                            .add(pair.getPairId()));
                });
        driver.createOutputTopic(
                        Topic.FEEDBACK_OUTCOMES.name("test"),
                        new ByteArrayDeserializer(),
                        AvroSerde.of(FeedbackOutcome.class))
                .readValuesToList()
                .forEach(outcome -> {
                    assertThat(result.outcomes().put(outcome.getFeedbackId(), outcome.getOutcome()))
                            .as(outcome.getFeedbackId())
                            .isNull();
                    assertThat(Set.copyOf(outcome.getPairs()))
                            .isEqualTo(pairsOf.getOrDefault(outcome.getFeedbackId(), Set.of()));
                });
    }

    private static List<Paired> difference(List<Paired> these, List<Paired> those) {
        var known = new HashSet<>(those);
        return these.stream().filter(pair -> !known.contains(pair)).limit(5).toList();
    }

    private static List<String> differences(Map<String, String> actual, Map<String, String> expected) {
        var ids = new HashSet<>(actual.keySet());
        ids.addAll(expected.keySet());
        return ids.stream()
                .filter(id -> !String.valueOf(actual.get(id)).equals(expected.get(id)))
                .map(id -> "%s is %s and should be %s".formatted(id, actual.get(id), expected.get(id)))
                .limit(20)
                .toList();
    }
}
