package io.mdpo.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mdpo.gate.GateAction;
import io.mdpo.ingest.gate.ContradictionsConfig;
import io.mdpo.ingest.gate.GatesConfig;
import io.mdpo.schemas.AvroSerde;
import io.mdpo.schemas.Topic;
import io.mdpo.schemas.avro.PreferencePair;
import io.mdpo.schemas.avro.QuarantinedPair;
import io.mdpo.schemas.avro.RejectedPair;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Half of the pictures held out, contradictions held back, and what an operator does about them; the tests build on one another.
 */
@Timeout(180)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class QuarantineIT {
    private static final AvroSerde<PreferencePair> PAIR = AvroSerde.of(PreferencePair.class);
    private static final AvroSerde<QuarantinedPair> QUARANTINED = AvroSerde.of(QuarantinedPair.class);
    private static final AvroSerde<RejectedPair> REJECTED = AvroSerde.of(RejectedPair.class);
    private static final int PICTURES = 16;

    @TempDir
    private static Path temp;

    private static TestBroker broker;
    private static KafkaFixture fixture;
    private static StandInPipeline pipeline;

    @BeforeAll
    static void holdSomethingBack() {
        broker = TestBroker.start(temp.resolve("broker"));
        fixture = new KafkaFixture(broker.bootstrapServers(), 1);
        var gates = GatesConfig.defaults();
        var config = StandInPipeline.ingestConfig(fixture, temp.resolve("state"))
                .withHeldoutShare(0.5)
                .withGates(new GatesConfig(
                        new ContradictionsConfig(GateAction.QUARANTINE, Duration.ofDays(1)),
                        gates.lengthBias(),
                        gates.nearDuplicates()));
        pipeline = new StandInPipeline(fixture, config, new ConstantScorer(), new ArithmeticTrainer());
        for (int i = 0; i < PICTURES; i++) {
            var pair = PreferencePair.newBuilder(TestPairs.good("right-" + i))
                    .setImages(List.of(ByteBuffer.wrap(TinyImages.noise("png", 8, 8, i))))
                    .build();
            send(pair);
            send(PreferencePair.newBuilder(pair)
                    .setPairId("reversed-" + i)
                    .setChosen(pair.getRejected())
                    .setRejected(pair.getChosen())
                    .build());
        }
        send(TestPairs.good("right-0"));
        fixture.flush();
        awaitScored(PICTURES);
        pipeline.awaitLetters(1);
    }

    @AfterAll
    static void stop() {
        pipeline.close();
        fixture.close();
        broker.close();
    }

    @Test
    @Order(1)
    void whatEnteredIsLearnedHeldOutRejectedInQuarantineOrWaiting() {
        var balance = balance();

        assertThat(balance.ingest().entered()).isEqualTo(2 * PICTURES + 1);
        assertThat(balance.heldOut()).isPositive();
        assertThat(balance.learned()).isPositive();
        assertThat(balance.rejected()).isEqualTo(1);
        assertThat(balance.quarantined()).isEqualTo(PICTURES);
        assertNoPictureIsOnBothSides();
    }

    @Test
    @Order(2)
    void listAndShowTellWhatIsHeldBackAndWhy() {
        assertThat(quarantine("list").out().lines()).hasSize(1 + PICTURES);
        assertThat(quarantine("list", "--count").out())
                .contains("contradictions")
                .contains("" + PICTURES);
        assertThat(quarantine("list", "--gate", "length-bias").out().lines()).hasSize(1);
        assertThat(quarantine("show", "reversed-3").out())
                .contains("contradictions", "pair 'right-3'", "a cat, right-3");
        var unknown = quarantine("show", "right-3");
        assertThat(unknown.exitCode()).isEqualTo(1);
        assertThat(unknown.err()).contains("pair 'right-3' is not in quarantine");
        assertThat(quarantine("release").exitCode()).isEqualTo(2);
    }

    @Test
    @Order(3)
    void aReleasedPairGoesToWhereItWasGoingOnce() {
        var dryRun = quarantine("release", "reversed-0", "reversed-1", "reversed-2", "reversed-3", "--dry-run");
        assertThat(dryRun.out()).contains("4 would be released, 0 left out");
        assertThat(balance().quarantined()).isEqualTo(PICTURES);

        var release = quarantine("release", "reversed-0", "reversed-1", "reversed-2", "reversed-3");
        assertThat(release.exitCode()).as(release.err()).isZero();
        assertThat(release.out()).contains("4 released, 0 left out");
        assertThat(quarantine("release", "reversed-0", "reversed-1", "reversed-2", "reversed-3")
                        .out())
                .contains("0 released, 0 left out");

        awaitScored(PICTURES + 4);
        assertThat(balance().quarantined()).isEqualTo(PICTURES - 4);
        assertThat(released().map(KafkaFixture::key))
                .containsExactlyInAnyOrder("reversed-0", "reversed-1", "reversed-2", "reversed-3");
        var destinations = fixture.read(Topic.QUARANTINED_PAIRS).stream()
                .filter(record -> record.value() != null)
                .map(record -> QUARANTINED.decode(record.value()))
                .toList();
        assertThat(released()).allSatisfy(record -> assertThat(destinations)
                .filteredOn(held -> held.getPair().getPairId().equals(KafkaFixture.key(record)))
                .extracting(held -> fixture.prefix + "." + held.getDestination())
                .containsExactly(record.topic()));
        assertNoPictureIsOnBothSides();
    }

    @Test
    @Order(4)
    void aDroppedPairIsADeadLetterThatIsNotSentAgain() {
        var drop = quarantine("drop", "--all");
        assertThat(drop.exitCode()).as(drop.err()).isZero();
        assertThat(drop.out()).contains((PICTURES - 4) + " dropped, 0 left out");

        var balance = balance();
        assertThat(balance.quarantined()).isZero();
        assertThat(balance.rejected()).isEqualTo(1 + PICTURES - 4);
        assertThat(quarantine("list").out().lines()).hasSize(1);
        var letters = fixture.read(Topic.REJECTED_PAIRS).stream()
                .map(record -> REJECTED.decode(record.value()))
                .filter(letter -> letter.getReason().equals("DROPPED"))
                .toList();
        assertThat(letters).hasSize(PICTURES - 4).allSatisfy(letter -> {
            assertThat(letter.getStage()).isEqualTo("quarantine");
            assertThat(PAIR.decode(letter.getOriginal().array()).getPairId()).isEqualTo(letter.getPairId());
        });
        var retry = Cli.on(fixture, "rejected", "retry", "--stage", "quarantine");
        assertThat(retry.out()).contains("0 sent again, %d left out".formatted(PICTURES - 4));
    }

    private static Accounting balance() {
        return Accounting.of(fixture, pipeline.learner.status()).assertBalanced();
    }

    /** Until so many pairs have passed the scorer, and the learner has read its share. */
    private static void awaitScored(int pairs) {
        await().atMost(Duration.ofMinutes(2))
                .until(() -> fixture.read(Topic.SCORED_PAIRS).size()
                                + fixture.read(Topic.SCORED_HELDOUT_PAIRS).size()
                        >= pairs);
        pipeline.awaitRead(fixture.read(Topic.SCORED_PAIRS).size());
    }

    private static void assertNoPictureIsOnBothSides() {
        assertThat(pictures(Topic.PAIRS)).doesNotContainAnyElementsOf(pictures(Topic.HELDOUT_PAIRS));
    }

    private static List<String> pictures(Topic topic) {
        return fixture.read(topic).stream()
                .flatMap(record -> PAIR.decode(record.value()).getImages().stream())
                .map(image -> DigestUtils.sha256Hex(((ByteBuffer) image).array()))
                .toList();
    }

    private static Stream<ConsumerRecord<byte[], byte[]>> released() {
        return Stream.of(Topic.PAIRS, Topic.HELDOUT_PAIRS)
                .flatMap(topic -> fixture.read(topic).stream())
                .filter(record -> record.headers().lastHeader("mdpo.released") != null);
    }

    private static Cli quarantine(String... arguments) {
        return Cli.on(
                fixture,
                Stream.concat(Stream.of("quarantine"), Stream.of(arguments)).toArray(String[]::new));
    }

    private static void send(PreferencePair pair) {
        fixture.sendRaw(Topic.RAW_PAIRS, pair.getPairId().getBytes(UTF_8), PAIR.encode(pair), Map.of());
    }
}
