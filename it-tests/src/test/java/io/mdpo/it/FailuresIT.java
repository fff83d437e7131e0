package io.mdpo.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.mdpo.ingest.IngestService;
import io.mdpo.lab.broker.EmbeddedBroker;
import io.mdpo.schemas.AvroSerde;
import io.mdpo.schemas.Topic;
import io.mdpo.schemas.avro.Checkpoint;
import io.mdpo.schemas.avro.PreferencePair;
import io.mdpo.schemas.avro.RejectedPair;
import io.mdpo.scorer.service.ScorerService;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What goes wrong around the services, one test for each, and what happens then. In the end all of them balance: what
 * entered is learned, rejected or still waiting, and the weights are those of a run that met no failure.
 */
@Timeout(240)
class FailuresIT {
    private static final AvroSerde<PreferencePair> PAIR = AvroSerde.of(PreferencePair.class);
    private static final AvroSerde<Checkpoint> CHECKPOINT = AvroSerde.of(Checkpoint.class);

    /** Transactions that timed out are ended without the broker's usual delay of 10 s. */
    private static final Map<String, String> SETTINGS =
            Map.of("transaction.abort.timed.out.transaction.cleanup.interval.ms", "500");

    private static final int PAIRS = 40;

    @TempDir
    private static Path temp;

    private static EmbeddedBroker broker;
    private final long now = System.currentTimeMillis();

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() {
        Awaitility.setDefaultTimeout(Duration.ofSeconds(90));
        broker = EmbeddedBroker.start(temp.resolve("broker"), 0, SETTINGS);
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    /**
     * The broker stops while pairs are on their way, and starts again on its folder. Producers and services wait for it;
     * none of them ends, and nothing is lost or done twice.
     */
    @Test
    void aBrokerThatIsRestartedInterruptsNothing() {
        var own = EmbeddedBroker.start(folder.resolve("broker"), 0, SETTINGS);
        int port = Integer.parseInt(own.bootstrapServers().split(":")[1]);
        try (var fixture = new KafkaFixture(own.bootstrapServers(), 2);
                var pipeline = pipeline(fixture, "state")) {
            send(fixture, 0, PAIRS / 2);
            await().until(() -> pipeline.learner.status().pairsRead() > 0);

            own.close();
            own = EmbeddedBroker.start(folder.resolve("broker"), port, SETTINGS);

            send(fixture, PAIRS / 2, PAIRS);
            finish(fixture, pipeline, PAIRS);
        } finally {
            own.close();
        }
    }

    /**
     * A second ingest and a second scorer join while pairs are on their way, and partitions move to them; then the first
     * scorer leaves. The batch that a scorer has in hand when it loses a partition is dropped and scored by the other one.
     */
    @Test
    void partitionsThatAreReassignedAreReadToTheirEndOnce() {
        try (var fixture = new KafkaFixture(broker.bootstrapServers(), 3);
                var pipeline = pipeline(fixture, "state")) {
            send(fixture, 0, PAIRS / 2);
            await().until(() -> pipeline.learner.status().pairsRead() > 0);
            var ingest = new IngestService(
                    StandInPipeline.ingestConfig(fixture, folder.resolve("state2")), new SimpleMeterRegistry());
            var scorer = new ScorerService(
                    StandInPipeline.scorerConfig(fixture, "second"), new ConstantScorer(), new SimpleMeterRegistry());
            var ingestRun = Background.start(ingest::run);
            var scorerRun = Background.start(scorer::run);
            send(fixture, PAIRS / 2, PAIRS - 10);
            await().until(() -> ingest.isReady() && scorer.isReady());
            pipeline.scorer.close();
            send(fixture, PAIRS - 10, PAIRS);

            finish(fixture, pipeline, PAIRS);
            ingest.close();
            scorer.close();
            ingestRun.join();
            scorerRun.join();
        }
    }

    /**
     * The disk under ingest's state folder fills up. Ingest ends with the cause at the first state that it cannot write,
     * and no offset moves past it. With room again, a restart goes on: the record in question passes once.
     */
    @Test
    void aDiskThatIsFullStopsIngestUntilThereIsRoomAgain() throws Exception {
        try (var disk = TinyDisk.mount(folder.resolve("disk"), 24);
                var fixture = new KafkaFixture(broker.bootstrapServers(), 1)) {
            var config =
                    StandInPipeline.ingestConfig(fixture, disk.directory().resolve("state"), Duration.ofMinutes(4));
            var full = new IngestService(config, new SimpleMeterRegistry());
            var run = Background.start(full::run);
            send(fixture, 0, 8);
            await().until(() -> fixture.read(Topic.PAIRS).size() == 8);

            disk.fill();
            // Later than the window: the store begins a new file.
            sendAt(fixture, now + Duration.ofMinutes(30).toMillis(), "later");

            assertThatThrownBy(run::get)
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("ingest stopped, and no offset moved past the failure")
                    .hasStackTraceContaining("No space left on device");
            assertThat(full.isHealthy()).isFalse();
            assertThat(fixture.read(Topic.PAIRS)).hasSize(8);
            assertThat(fixture.read(Topic.REJECTED_PAIRS)).isEmpty();

            disk.free();
            try (var pipeline = pipeline(fixture, "disk/state")) {
                finish(fixture, pipeline, 9);
            }
        }
    }

    /**
     * An adapter is exported to a disk that is full. The command says so in one sentence and ends with exit code 1, no part
     * of a file stays behind, and with room again the same command works. The learner itself writes to topics only.
     */
    @Test
    void aDiskThatIsFullFailsTheExportAndLeavesNoHalfOfAnAdapter() throws Exception {
        try (var disk = TinyDisk.mount(folder.resolve("disk"), 2);
                var fixture = new KafkaFixture(broker.bootstrapServers(), 1)) {
            try (var pipeline = pipeline(fixture, "state")) {
                send(fixture, 0, 8);
                finish(fixture, pipeline, 8);
            }
            var adapter = disk.directory().resolve("adapter");
            var export = List.of("checkpoints", "export", "--run", StandInPipeline.RUN, "--to", adapter.toString());

            disk.fill();
            var failed = Cli.on(fixture, export.toArray(String[]::new));

            assertThat(failed.exitCode()).isEqualTo(1);
            assertThat(failed.err().lines())
                    .singleElement()
                    .asString()
                    .contains("cannot write", "No space left on device");
            assertThat(adapter).isEmptyDirectory();
            disk.free();
            var exported = Cli.on(fixture, export.toArray(String[]::new));
            assertThat(exported.exitCode()).as(exported.err()).isZero();
            assertThat(adapter).isDirectoryContaining("glob:**/adapter_model.safetensors");
        }
    }

    /**
     * A producer sends half of a transaction and is never heard of again. Pairs behind its open transaction wait until the
     * broker aborts it after {@code transaction.timeout.ms}; then they pass, and of the transaction nothing has entered.
     */
    @Test
    void aProducerThatStopsInATransactionHoldsTheStreamUpAndEntersNothing() {
        try (var fixture = new KafkaFixture(broker.bootstrapServers(), 1);
                var pipeline = pipeline(fixture, "state");
                var stopped = transactional(fixture)) {
            stopped.initTransactions();
            stopped.beginTransaction();
            for (int i = 0; i < 4; i++) {
                var unused = stopped.send(raw(fixture, now, "half-" + i));
            }
            stopped.flush();
            send(fixture, 0, 8);

            finish(fixture, pipeline, 8);

            assertThat(fixture.read(Topic.RAW_PAIRS, "read_uncommitted")).hasSize(12);
            assertThat(fixture.read(Topic.PAIRS))
                    .noneMatch(pair -> KafkaFixture.key(pair).startsWith("half"));
        }
    }

    /**
     * Clocks of producers jump back by decades and ahead by half an hour, in record timestamps and in createdAt. Pairs are
     * learned in the order of the log all the same: no service looks at a clock to decide, so nothing of their own clocks
     * matters either. A time further ahead than an hour is refused by the broker, to the producer's face.
     */
    @Test
    void clocksThatJumpChangeNeitherTheOrderNorTheWeights() {
        long[] jumps = {
            0, -Duration.ofDays(20_000).toMillis(), Duration.ofMinutes(30).toMillis(), 1 - now, -1
        };
        try (var steady = new KafkaFixture(broker.bootstrapServers(), 1);
                var jumping = new KafkaFixture(broker.bootstrapServers(), 1)) {
            for (int i = 0; i < PAIRS; i++) {
                sendAt(steady, now + i, "pair-" + i);
                long jump = jumps[i % jumps.length];
                var pair = PreferencePair.newBuilder(TestPairs.good("pair-" + i))
                        .setCreatedAt(Instant.ofEpochMilli(jump * 1000))
                        .build();
                jumping.send(Topic.RAW_PAIRS, 0, Math.max(0, now + jump), "pair-" + i, PAIR.encode(pair));
            }
            steady.flush();
            jumping.flush();
            assertThatThrownBy(() -> {
                        try (var producer = new KafkaProducer<>(
                                new HashMap<String, Object>(jumping.kafka),
                                new ByteArraySerializer(),
                                new ByteArraySerializer())) {
                            producer.send(raw(jumping, now + Duration.ofDays(1).toMillis(), "tomorrow"))
                                    .get();
                        }
                    })
                    .hasCauseInstanceOf(InvalidTimestampException.class);

            try (var pipeline = pipeline(steady, "steady")) {
                finish(steady, pipeline, PAIRS);
            }
            try (var pipeline = pipeline(jumping, "jumping")) {
                finish(jumping, pipeline, PAIRS);
            }

            assertThat(weights(jumping)).isEqualTo(weights(steady));
        }
    }

    /**
     * The window of de-duplication is measured in the time of the records. A clock that jumps back does not open it: the
     * largest time so far counts. One that jumps ahead of the window closes it early, and the same pair is learned again.
     */
    @Test
    void aClockThatJumpsAheadForgetsDuplicatesAndOneThatJumpsBackDoesNot() {
        try (var fixture = new KafkaFixture(broker.bootstrapServers(), 1)) {
            sendAt(fixture, now, "same");
            sendAt(fixture, now - Duration.ofDays(300).toMillis(), "same");
            sendAt(fixture, now + Duration.ofMinutes(9).toMillis(), "same");
            sendAt(fixture, now + Duration.ofMinutes(30).toMillis(), "same");
            sendAt(fixture, now, "same");

            try (var pipeline = pipeline(fixture, "state", Duration.ofMinutes(10))) {
                pipeline.awaitRead(2);
                pipeline.awaitLetters(3);
                pipeline.stop();
                var balance = Accounting.of(fixture, pipeline.learner.status()).assertBalanced();
                assertThat(balance.waiting()).isEqualTo(2);
            }
            assertThat(Accounting.letters(fixture))
                    .extracting(RejectedPair::getReason, RejectedPair::getOffset)
                    .containsExactly(
                            tuple("DUPLICATE_PAIR_ID", 1L),
                            tuple("DUPLICATE_PAIR_ID", 2L),
                            tuple("DUPLICATE_PAIR_ID", 4L));
        }
    }

    private StandInPipeline pipeline(KafkaFixture fixture, String state) {
        return pipeline(fixture, state, Duration.ofHours(1));
    }

    private StandInPipeline pipeline(KafkaFixture fixture, String state, Duration window) {
        return new StandInPipeline(
                fixture, folder.resolve(state), window, new ConstantScorer(), new ArithmeticTrainer());
    }

    /** Waits until the learner has read so many, ends the services and balances; all but an unfilled batch are learned. */
    private static void finish(KafkaFixture fixture, StandInPipeline pipeline, int pairs) {
        pipeline.awaitRead(pairs);
        pipeline.stop();
        var balance = Accounting.of(fixture, pipeline.learner.status()).assertBalanced();
        assertThat(balance.rejected()).isZero();
        assertThat(balance.learned()).isEqualTo(pairs - pairs % StandInPipeline.BATCH);
        assertThat(balance.ingest().entered()).isEqualTo(pairs);
    }

    private void send(KafkaFixture fixture, int from, int to) {
        for (int i = from; i < to; i++) {
            fixture.sendRaw(
                    Topic.RAW_PAIRS, ("pair-" + i).getBytes(UTF_8), PAIR.encode(TestPairs.good("pair-" + i)), Map.of());
        }
        fixture.flush();
    }

    private static void sendAt(KafkaFixture fixture, long timestamp, String id) {
        fixture.send(Topic.RAW_PAIRS, 0, timestamp, id, PAIR.encode(TestPairs.good(id)));
        fixture.flush();
    }

    private static ProducerRecord<byte[], byte[]> raw(KafkaFixture fixture, long timestamp, String id) {
        return new ProducerRecord<>(
                Topic.RAW_PAIRS.name(fixture.prefix),
                0,
                timestamp,
                id.getBytes(UTF_8),
                PAIR.encode(TestPairs.good(id)));
    }

    private static KafkaProducer<byte[], byte[]> transactional(KafkaFixture fixture) {
        var settings = new HashMap<String, Object>(fixture.kafka);
        settings.put("transactional.id", fixture.prefix + "-producer");
        settings.put("transaction.timeout.ms", 3000);
        return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static String weights(KafkaFixture fixture) {
        var manifests = fixture.read(Topic.CHECKPOINTS);
        return CHECKPOINT.decode(manifests.get(manifests.size() - 1).value()).getSha256();
    }
}
