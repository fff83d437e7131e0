package io.mdpo.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.mdpo.gate.GateAction;
import io.mdpo.kafka.FencedException;
import io.mdpo.kafka.KafkaClients;
import io.mdpo.schemas.AvroSerde;
import io.mdpo.schemas.RejectionReason;
import io.mdpo.schemas.Topic;
import io.mdpo.schemas.avro.LogProbs;
import io.mdpo.schemas.avro.PreferencePair;
import io.mdpo.schemas.avro.QuarantinedPair;
import io.mdpo.schemas.avro.Reference;
import io.mdpo.schemas.avro.RejectedPair;
import io.mdpo.schemas.avro.ScoredPair;
import io.mdpo.scorer.gate.DisagreementConfig;
import io.mdpo.scorer.gate.ScorerGatesConfig;
import io.mdpo.scorer.service.ReferenceScorer;
import io.mdpo.scorer.service.ScorerConfig;
import io.mdpo.scorer.service.ScorerService;
import io.mdpo.scorer.service.ScoringFailedException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class ScorerServiceIT {
    private static final AvroSerde<PreferencePair> PAIR = AvroSerde.of(PreferencePair.class);
    private static final AvroSerde<ScoredPair> SCORED_PAIR = AvroSerde.of(ScoredPair.class);
    private static final AvroSerde<RejectedPair> REJECTED = AvroSerde.of(RejectedPair.class);
    private static final AvroSerde<QuarantinedPair> QUARANTINED = AvroSerde.of(QuarantinedPair.class);
    private static final int PARTITIONS = 3;

    @TempDir
    private static Path brokerFolder;

    private static TestBroker broker;
    private KafkaFixture fixture;

    @BeforeAll
    static void startBroker() {
        Awaitility.setDefaultTimeout(Duration.ofSeconds(60));
        broker = TestBroker.start(brokerFolder);
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @BeforeEach
    void createTopics() {
        fixture = new KafkaFixture(broker.bootstrapServers(), PARTITIONS);
    }

    @AfterEach
    void closeClients() {
        fixture.close();
    }

    @Test
    void aScorerThatIsClosedAndRestartedScoresEveryPairOnceAndInOrder() {
        sendPairs(300);
        var batches = new CountDownLatch(3);
        var first = service("a", pairs -> batches.countDown());
        var firstRun = Background.start(first::run);
        awaitLatch(batches);
        first.close();
        firstRun.join();
        int scoredByFirst = fixture.read(Topic.SCORED_PAIRS).size();

        runUntilScored(service("a", pairs -> {}), 300);

        assertThat(scoredByFirst).isPositive().isLessThan(300);
        assertEveryPairScoredOnceAndInOrder(300);
    }

    @Test
    void aScorerWhoseModelFailsMovesNoOffsetForTheBatch() {
        sendPairs(100);
        var batches = new CountDownLatch(3);
        var failing = service("a", pairs -> {
            batches.countDown();
            if (batches.getCount() == 0) {
                throw new IllegalStateException("device lost");
            }
        });

        assertThatThrownBy(failing::run)
                .isInstanceOf(ScoringFailedException.class)
                .hasRootCauseMessage("device lost");
        assertThat(failing.isHealthy()).isFalse();
        runUntilScored(service("a", pairs -> {}), 100);

        assertEveryPairScoredOnceAndInOrder(100);
    }

    @Test
    void aPartitionThatMovesAwayDuringScoringIsScoredOnce() {
        sendPairs(100);
        var scoring = new CountDownLatch(1);
        var release = new CountDownLatch(1);
        var slow = service("a", pairs -> {
            scoring.countDown();
            awaitLatch(release);
        });
        var slowRun = Background.start(slow::run);
        awaitLatch(scoring);

        var second = service("b", pairs -> {});
        var secondRun = Background.start(second::run);
        await().until(() -> !fixture.read(Topic.SCORED_PAIRS).isEmpty());
        release.countDown();
        await().untilAsserted(() -> assertThat(fixture.read(Topic.SCORED_PAIRS)).hasSizeGreaterThanOrEqualTo(100));
        slow.close();
        second.close();
        slowRun.join();
        secondRun.join();

        assertEveryPairScoredOnceAndInOrder(100);
    }

    @Test
    void scoringTenTimesAsLongAsThePollIntervalKeepsThePartitions() {
        sendPairs(8);
        var calls = new ArrayList<Integer>();
        var service = new ScorerService(
                config("a", fixture.kafkaWith("max.poll.interval.ms", "1000")),
                scorer(pairs -> {
                    calls.add(pairs.size());
                    if (calls.size() == 1) {
                        await().pollDelay(Duration.ofSeconds(10)).until(() -> true);
                    }
                }),
                new SimpleMeterRegistry());

        runUntilScored(service, 8);

        assertThat(calls.stream().mapToInt(Integer::intValue).sum()).isEqualTo(8);
        assertEveryPairScoredOnceAndInOrder(8);
    }

    @Test
    void refusedAndUndecodableRecordsAreDeadLettersAndTheRestIsScored() {
        send(0, 1, "good-1");
        send(0, 2, "refuse-1");
        fixture.send(Topic.PAIRS, 0, 3, "broken", "no avro".getBytes(StandardCharsets.UTF_8));
        send(0, 4, "good-2");
        fixture.flush();
        var registry = new SimpleMeterRegistry();

        runUntilScored(new ScorerService(config("a", fixture.kafka), scorer(pairs -> {}), registry), 2);

        var letters = fixture.read(Topic.REJECTED_PAIRS);
        assertThat(letters).extracting(KafkaFixture::key).containsExactly("refuse-1", "broken");
        var refused = REJECTED.decode(letters.get(0).value());
        assertThat(refused.getPairId()).isEqualTo("refuse-1");
        assertThat(refused.getReason()).isEqualTo("TOO_MANY_TOKENS");
        assertThat(PAIR.decode(refused.getOriginal().array()).getPairId()).isEqualTo("refuse-1");
        var broken = REJECTED.decode(letters.get(1).value());
        assertThat(broken.getStage()).isEqualTo("scorer");
        assertThat(broken.getPairId()).isNull();
        assertThat(broken.getReason()).isEqualTo("UNDECODABLE_RECORD");
        assertThat(broken.getOffset()).isEqualTo(2);
        assertThat(broken.getTimestamp().toEpochMilli()).isEqualTo(3);
        assertThat(broken.getOriginal().array()).asString().isEqualTo("no avro");
        assertThat(KafkaFixture.header(letters.get(1), "__streams.errors.topic"))
                .isEqualTo(Topic.PAIRS.name(fixture.prefix));
        assertThat(fixture.read(Topic.SCORED_PAIRS))
                .extracting(KafkaFixture::key)
                .containsExactly("good-1", "good-2");
        assertThat(registry.counter("mdpo.scorer.pairs").count()).isEqualTo(2);
        assertThat(registry.counter("mdpo.scorer.rejected", "reason", "UNDECODABLE_RECORD")
                        .count())
                .isEqualTo(1);
    }

    @Test
    void heldOutPairsAreScoredAndKeptFromTheLearner() {
        sendPairs(10);
        for (int i = 0; i < 6; i++) {
            var id = "heldout-" + i;
            fixture.send(Topic.HELDOUT_PAIRS, i % PARTITIONS, i, id, PAIR.encode(TestPairs.pair(id)));
        }
        fixture.flush();
        var registry = new SimpleMeterRegistry();
        var service = new ScorerService(config("a", fixture.kafka), scorer(pairs -> {}), registry);
        var run = Background.start(service::run);

        await().untilAsserted(() ->
                assertThat(fixture.read(Topic.SCORED_HELDOUT_PAIRS)).hasSize(6));
        await().untilAsserted(() -> assertThat(fixture.read(Topic.SCORED_PAIRS)).hasSize(10));
        service.close();
        run.join();

        assertEveryPairScoredOnceAndInOrder(10);
        assertThat(fixture.read(Topic.SCORED_HELDOUT_PAIRS)).allSatisfy(record -> {
            assertThat(KafkaFixture.key(record)).startsWith("heldout-");
            assertThat(SCORED_PAIR.decode(record.value()).getLogProbs().getChosen())
                    .isNotEmpty();
        });
        assertThat(registry.counter("mdpo.scorer.pairs").count()).isEqualTo(10);
        assertThat(registry.counter("mdpo.scorer.heldout").count()).isEqualTo(6);
    }

    /** What a gate knows is committed with the offsets: it neither forgets nor counts twice. */
    @Test
    void aScorerThatIsRestartedGoesOnWithWhatItsGateKnew() {
        int reversed = 200;
        for (int i = 0; i < 300; i++) {
            send(0, i, (i < reversed ? "right-" : "reversed-") + i);
        }
        fixture.flush();
        var gates = new ScorerGatesConfig(new DisagreementConfig(GateAction.QUARANTINE, 0.5, 0.2, 150, 1_000));
        var batches = new CountDownLatch(3);
        var first = new ScorerService(
                config("a", fixture.kafka).withGates(gates),
                scorer(pairs -> batches.countDown()),
                new SimpleMeterRegistry());
        var firstRun = Background.start(first::run);
        awaitLatch(batches);
        first.close();
        firstRun.join();
        int scoredByFirst = fixture.read(Topic.SCORED_PAIRS).size();

        var second = new ScorerService(
                config("a", fixture.kafka).withGates(gates), scorer(pairs -> {}), new SimpleMeterRegistry());
        var secondRun = Background.start(second::run);
        await().untilAsserted(() -> assertThat(fixture.read(Topic.SCORED_PAIRS).size()
                        + fixture.read(Topic.QUARANTINED_PAIRS).size())
                .isGreaterThanOrEqualTo(300));
        second.close();
        secondRun.join();

        // The first has seen fewer pairs than a baseline takes, and the second too few after it.
        assertThat(scoredByFirst).isPositive().isLessThan(150);
        var scored = fixture.read(Topic.SCORED_PAIRS);
        var quarantined = fixture.read(Topic.QUARANTINED_PAIRS);
        // All that agree and none that does not, of 150: Wilson's limit is 0.0177, and a reversed label ln 12.1 = 2.49
        // nats.
        assertThat(scored).hasSize(reversed + 2);
        assertThat(quarantined).hasSize(300 - reversed - 2).allSatisfy(record -> {
            var held = QUARANTINED.decode(record.value());
            assertThat(held.getPair().getPairId()).startsWith("reversed-").isEqualTo(KafkaFixture.key(record));
            assertThat(held.getGate()).isEqualTo("disagreement");
            assertThat(held.getDestination()).isEqualTo("pairs");
            assertThat(held.getMessage()).contains("source none");
        });
    }

    @Test
    void aSecondScorerWithTheSameTransactionalIdFencesTheFirst() {
        sendPairs(30);
        var scoring = new CountDownLatch(1);
        var release = new CountDownLatch(1);
        var first = service("same", pairs -> {
            scoring.countDown();
            awaitLatch(release);
        });
        var firstRun = Background.start(first::run);
        awaitLatch(scoring);

        var second = service("same", pairs -> {});
        var secondRun = Background.start(second::run);
        await().until(second::isReady);
        release.countDown();
        assertThatThrownBy(() -> {
                    // The batch in hand may have lost a partition and be dropped; one of the next is fenced.
                    sendPairs(30, 300);
                    firstRun.get();
                })
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOf(FencedException.class)
                .hasMessageContaining("give each its own transactional id");
        await().untilAsserted(() -> assertThat(fixture.read(Topic.SCORED_PAIRS)).hasSizeGreaterThanOrEqualTo(300));
        second.close();
        secondRun.join();

        assertEveryPairScoredOnceAndInOrder(300);
    }

    /** A killed process says nothing more to the broker, and its transaction stays open until another takes its id. */
    @Test
    void aScorerThatIsKilledInATransactionLeavesNothingThatReadersOfCommittedRecordsSee() {
        sendPairs(30);
        var killed = new KafkaClients(fixture.kafka).producer(fixture.prefix + "a", Duration.ofMinutes(1));
        killed.initTransactions();
        killed.beginTransaction();
        for (int i = 0; i < 5; i++) {
            var scored = SCORED_PAIR.encode(TestPairs.scored(TestPairs.pair("pair-" + i)));
            var unused = killed.send(new ProducerRecord<>(Topic.SCORED_PAIRS.name(fixture.prefix), 0, null, scored));
        }
        killed.flush();
        killed.close(Duration.ZERO);

        runUntilScored(service("a", pairs -> {}), 30);

        assertThat(fixture.read(Topic.SCORED_PAIRS, "read_uncommitted")).hasSize(35);
        assertEveryPairScoredOnceAndInOrder(30);
    }

    private void sendPairs(int count) {
        sendPairs(0, count);
    }

    private void sendPairs(int from, int to) {
        for (int i = from; i < to; i++) {
            send(i % PARTITIONS, i, "pair-" + i);
        }
        fixture.flush();
    }

    private void send(int partition, long timestamp, String id) {
        fixture.send(Topic.PAIRS, partition, timestamp, id, PAIR.encode(TestPairs.pair(id)));
    }

    private void runUntilScored(ScorerService service, int pairs) {
        var run = Background.start(service::run);
        await().untilAsserted(() -> assertThat(fixture.read(Topic.SCORED_PAIRS)).hasSize(pairs));
        service.close();
        run.join();
    }

    private void assertEveryPairScoredOnceAndInOrder(int count) {
        var numbers = fixture.read(Topic.SCORED_PAIRS).stream()
                .map(record -> SCORED_PAIR.decode(record.value()).getPair().getPairId())
                .map(id -> Integer.parseInt(id.substring("pair-".length())))
                .toList();
        assertThat(numbers).doesNotHaveDuplicates();
        assertThat(new HashSet<>(numbers))
                .isEqualTo(new HashSet<>(IntStream.range(0, count).boxed().toList()));
        for (int partition = 0; partition < PARTITIONS; partition++) {
            int number = partition;
            assertThat(numbers.stream().filter(i -> i % PARTITIONS == number)).isSorted();
        }
    }

    private ScorerService service(String transactionalId, Consumer<List<PreferencePair>> before) {
        return new ScorerService(config(transactionalId, fixture.kafka), scorer(before), new SimpleMeterRegistry());
    }

    private ScorerConfig config(String transactionalId, Map<String, String> kafka) {
        return ScorerConfig.defaults()
                .withTopicPrefix(fixture.prefix)
                .withGroupId(fixture.prefix + "-scorer")
                .withTransactionalId(fixture.prefix + transactionalId)
                .withKafka(kafka)
                .withMaxBatchPairs(16);
    }

    /** Scores with constants, refuses ids that start with "refuse", and disagrees with those that are reversed. */
    private static ReferenceScorer scorer(Consumer<List<PreferencePair>> before) {
        return new ReferenceScorer() {
            @Override
            public Reference reference() {
                return new Reference(TestPairs.REFERENCE_ID, null);
            }

            @Override
            public List<Outcome> score(List<PreferencePair> pairs) {
                before.accept(pairs);
                return pairs.stream().map(this::outcome).toList();
            }

            private Outcome outcome(PreferencePair pair) {
                return pair.getPairId().startsWith("refuse")
                        ? new Outcome.Refused(RejectionReason.TOO_MANY_TOKENS, "9999 tokens exceed the context of 2048")
                        : new Outcome.Scored(scored(pair));
            }

            private ScoredPair scored(PreferencePair pair) {
                var scored = TestPairs.scored(pair);
                if (!pair.getPairId().startsWith("reversed")) {
                    return scored;
                }
                var logProbs = new LogProbs(List.of(-2f), List.of(-1f), List.of(-2f));
                return new ScoredPair(pair, scored.getCorruptions(), logProbs, scored.getReference());
            }

            @Override
            public void close() {
                // Holds nothing.
            }
        };
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
