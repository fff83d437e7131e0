package io.mdpo.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.mdpo.kafka.FencedException;
import io.mdpo.learner.checkpoint.CheckpointStore;
import io.mdpo.learner.service.FewerStepsException;
import io.mdpo.learner.service.LearnerConfig;
import io.mdpo.learner.service.LearnerConfig.MismatchPolicy;
import io.mdpo.learner.service.LearnerService;
import io.mdpo.learner.service.NoSuchCheckpointException;
import io.mdpo.learner.service.NonFiniteStepException;
import io.mdpo.learner.service.OnlyRefusalsException;
import io.mdpo.learner.service.ReferenceMismatchException;
import io.mdpo.learner.service.Replay;
import io.mdpo.learner.service.RunMismatchException;
import io.mdpo.learner.service.TooManyNonFinitePairsException;
import io.mdpo.learner.training.RunConfiguration;
import io.mdpo.learner.training.Trainer;
import io.mdpo.schemas.AvroSerde;
import io.mdpo.schemas.RejectionReason;
import io.mdpo.schemas.Topic;
import io.mdpo.schemas.avro.Checkpoint;
import io.mdpo.schemas.avro.RejectedPair;
import io.mdpo.schemas.avro.ScoredPair;
import io.mdpo.schemas.avro.StepOffsets;
import io.mdpo.schemas.avro.TrainingMetrics;
import io.mdpo.scorer.torch.BlobSource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.stream.LongStream;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class LearnerServiceIT {
    private static final AvroSerde<ScoredPair> SCORED_PAIR = AvroSerde.of(ScoredPair.class);
    private static final AvroSerde<TrainingMetrics> METRICS = AvroSerde.of(TrainingMetrics.class);
    private static final AvroSerde<RejectedPair> REJECTED = AvroSerde.of(RejectedPair.class);
    private static final int MOST_REFUSALS = 6;
    private static final int MOST_NON_FINITE = 3;
    private static final int BATCH = 4;
    private static final int CHECKPOINT_EVERY = 5;

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
        fixture = new KafkaFixture(broker.bootstrapServers(), 1);
    }

    @AfterEach
    void closeClients() {
        fixture.close();
    }

    @Test
    void aRunThatIsClosedAndRestartedReachesTheWeightsOfAnUninterruptedRun() {
        sendPairs(0, 100);

        learn("straight", 100);
        learn("interrupted", 37);
        learn("interrupted", 62);
        learn("interrupted", 100);

        var straight = latest("straight");
        var interrupted = latest("interrupted");
        assertThat(straight.getStep()).isEqualTo(25);
        assertThat(interrupted.getStep()).isEqualTo(25);
        assertThat(interrupted.getSha256()).isEqualTo(straight.getSha256());
        assertThat(interrupted.getPairsLearned()).isEqualTo(100);
        assertThat(stepsInMetrics("straight")).isEqualTo(steps(1, 25));
        assertThat(stepsInMetrics("interrupted")).isEqualTo(steps(1, 25));
    }

    @Test
    void checkpointsFormAChainWhoseLedgersCoverEveryStepOnce() {
        sendPairs(0, 50);

        learn("run", 50);

        var checkpoints = list("run");
        assertThat(checkpoints).extracting(Checkpoint::getStep).containsExactly(5L, 10L, 12L);
        assertThat(checkpoints).extracting(Checkpoint::getParentStep).containsExactly(null, 5L, 10L);
        assertThat(checkpoints)
                .flatExtracting(Checkpoint::getLedger)
                .extracting(StepOffsets::getStep)
                .isEqualTo(steps(1, 12));
        assertThat(checkpoints.get(2).getLedger())
                .containsExactly(
                        new StepOffsets(11L, 0, 40L, 43L, List.of()), new StepOffsets(12L, 0, 44L, 47L, List.of()));
        // Timestamps are those of the records: pair i was sent with timestamp i.
        assertThat(checkpoints.get(0).getCreatedAt()).isEqualTo(Instant.ofEpochMilli(19));
        assertThat(committedOffset()).isEqualTo(48);
    }

    @Test
    void aBatchThatIsNotFullIsNotTrained() {
        sendPairs(0, 10);
        var service = service("run", new ArithmeticTrainer());

        service.runUntil(10);

        assertThat(service.status().step()).isEqualTo(2);
        assertThat(service.status().waiting()).isEqualTo(2);
        assertThat(latest("run").getPairsLearned()).isEqualTo(8);
        assertThat(latest("run").getOffsets().get(0).getOffset()).isEqualTo(8);
    }

    @Test
    void aRunThatCrashesBetweenCheckpointsLosesAndRepeatsNothing() {
        sendPairs(0, 100);
        learn("straight", 100);
        var crashing = service("crashed", new ArithmeticTrainer(step -> {
            if (step == 13) {
                throw new IllegalStateException("device lost");
            }
            return 1.0;
        }));

        assertThatThrownBy(crashing::run).hasMessage("device lost");
        assertThat(crashing.isHealthy()).isFalse();
        assertThat(latest("crashed").getStep()).isEqualTo(10);
        learn("crashed", 100);

        assertThat(latest("crashed").getSha256()).isEqualTo(latest("straight").getSha256());
        assertThat(stepsInMetrics("crashed")).isEqualTo(steps(1, 25));
    }

    @Test
    void aSecondLearnerOfTheRunFencesTheFirst() {
        sendPairs(0, 20);
        var first = service("run", new ArithmeticTrainer());
        var firstRun = Background.start(first::run);
        await().until(() -> first.status().checkpoint().isPresent());

        var second = service("run", new ArithmeticTrainer());
        var secondRun = Background.start(() -> second.runUntil(100));
        await().until(second::isReady);
        sendPairs(20, 100);

        assertThatThrownBy(firstRun::get)
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOf(FencedException.class)
                .hasMessageContaining(
                        "another instance started with the transactional id " + fixture.prefix + "-learner-run");
        secondRun.join();
        learn("straight", 100);
        assertThat(latest("run").getSha256()).isEqualTo(latest("straight").getSha256());
        assertThat(stepsInMetrics("run")).isEqualTo(steps(1, 25));
    }

    /** The partition is assigned and not a group's to take away: however long a step lasts, there is no rebalance. */
    @Test
    void aStepTenTimesAsLongAsThePollIntervalIsMadeOnce() {
        sendPairs(0, 20);
        var slow = new ArithmeticTrainer(step -> {
            if (step == 2) {
                await().pollDelay(Duration.ofSeconds(5)).until(() -> true);
            }
            return 1.0 / step;
        });
        var kafka = fixture.kafkaWith("max.poll.interval.ms", "500");

        new LearnerService(config("run", kafka), slow, new SimpleMeterRegistry()).runUntil(20);

        learn("straight", 20);
        assertThat(stepsInMetrics("run")).isEqualTo(steps(1, 5));
        assertThat(latest("run").getSha256()).isEqualTo(latest("straight").getSha256());
        assertThat(committedOffset()).isEqualTo(20);
    }

    @Test
    void refusedAndUndecodableRecordsAreDeadLettersAndStandInTheLedger() {
        sendPair(0, "a");
        sendPair(1, "refuse-1");
        fixture.send(Topic.SCORED_PAIRS, 0, 2, "broken", new byte[] {1, 2, 3});
        sendPair(3, "b");
        sendPair(4, "c");
        sendPair(5, "d");
        sendPair(6, "refuse-2");
        fixture.flush();

        learn("run", 7);

        var checkpoint = latest("run");
        assertThat(checkpoint.getLedger()).containsExactly(new StepOffsets(1L, 0, 0L, 6L, List.of(1L, 2L, 6L)));
        assertThat(checkpoint.getPairsLearned()).isEqualTo(4);
        assertThat(checkpoint.getPairsRejected()).isEqualTo(3);
        assertThat(committedOffset()).isEqualTo(7);
        var letters = fixture.read(Topic.REJECTED_PAIRS);
        var rejected =
                letters.stream().map(letter -> REJECTED.decode(letter.value())).toList();
        assertThat(rejected).extracting(RejectedPair::getOffset).containsExactly(1L, 2L, 6L);
        assertThat(rejected).extracting(RejectedPair::getStage).containsOnly("learner");
        assertThat(rejected)
                .extracting(RejectedPair::getReason)
                .containsExactly("TOO_MANY_TOKENS", "UNDECODABLE_RECORD", "TOO_MANY_TOKENS");
        assertThat(rejected.get(1).getOriginal().array()).containsExactly(1, 2, 3);
        assertThat(KafkaFixture.header(letters.get(1), "__streams.errors.offset"))
                .isEqualTo("2");
    }

    @Test
    void aPairOfAnotherReferenceStopsTheLearnerThatNamesBoth() {
        sendPairs(0, 4);
        sendPair(4, "foreign-4");
        fixture.flush();

        assertThatThrownBy(() -> learn("run", 5))
                .isInstanceOf(ReferenceMismatchException.class)
                .hasMessageContainingAll("offset 4", ArithmeticTrainer.FOREIGN_REFERENCE, TestPairs.REFERENCE_ID)
                .hasMessageContaining("on-reference-mismatch = dead-letter");
        assertThat(fixture.read(Topic.REJECTED_PAIRS)).isEmpty();
    }

    @Test
    void aPairOfAnotherReferenceIsADeadLetterWhereTheConfigurationSaysSo() {
        sendPairs(0, 4);
        sendPair(4, "foreign-4");
        sendPairs(5, 21);

        new LearnerService(
                        config("run", fixture.kafka, MismatchPolicy.DEAD_LETTER),
                        new ArithmeticTrainer(),
                        new SimpleMeterRegistry())
                .runUntil(21);

        assertThat(fixture.read(Topic.REJECTED_PAIRS))
                .extracting(letter -> REJECTED.decode(letter.value()).getReason())
                .containsExactly("REFERENCE_MISMATCH");
        assertThat(list("run").get(0).getPairsLearned()).isEqualTo(20);
    }

    @Test
    void aStreamOfRefusalsStopsTheLearnerAndMovesNoOffset() {
        sendPair(0, "a");
        for (int i = 1; i <= MOST_REFUSALS; i++) {
            sendPair(i, "refuse-" + i);
        }
        fixture.flush();

        assertThatThrownBy(() -> learn("run", 1 + MOST_REFUSALS))
                .isInstanceOf(OnlyRefusalsException.class)
                .hasMessageContaining("the 6 scored pairs from offset 1 to 6 were all refused")
                .hasMessageContaining("TOO_MANY_TOKENS: 9999 tokens exceed the context of 2048");
        assertThat(fixture.read(Topic.REJECTED_PAIRS)).isEmpty();
        assertThat(list("run")).isEmpty();
    }

    @Test
    void aRefusalAfterTheLastCheckpointIsPublishedOnce() {
        sendPairs(0, 20);
        learn("run", 20);
        sendPair(20, "refuse-1");
        fixture.flush();

        learn("run", 21);
        learn("run", 21);

        assertThat(latest("run").getStep()).isEqualTo(5);
        assertThat(latest("run").getParentStep()).isNull();
        assertThat(latest("run").getPairsRejected()).isEqualTo(1);
        assertThat(fixture.read(Topic.REJECTED_PAIRS)).hasSize(1);
        assertThat(stepsInMetrics("run")).isEqualTo(steps(1, 5));
        try (var store = new CheckpointStore(fixture.prefix, fixture.kafka)) {
            store.verify(latest("run"));
        }
    }

    @Test
    void aRunThatIsNotContinuedForAnotherConfigurationNamesWhatDiffers() {
        sendPairs(0, 20);
        learn("run", 20);
        var other = new ArithmeticTrainer() {
            @Override
            public RunConfiguration configuration() {
                return new RunConfiguration("mdpo-run/1\nbatch-size = 4\nlora.rank = 8\n");
            }
        };

        assertThatThrownBy(service("run", other)::run)
                .isInstanceOf(RunMismatchException.class)
                .hasMessageContainingAll(
                        "step 5",
                        "in which lora.rank was its default and is 8, seed was 17 and is its default;",
                        "another run-id");
    }

    @Test
    void aStepThatIsNotFiniteStopsTheServiceAndMovesNoOffset() {
        sendPairs(0, 40);
        var service = service("run", new ArithmeticTrainer(step -> step == 7 ? Double.NaN : 1));

        assertThatThrownBy(service::run)
                .isInstanceOf(NonFiniteStepException.class)
                .hasMessageContainingAll("step 7", "offsets 24 to 27", "loss");
        assertThat(committedOffset()).isEqualTo(20);
        assertThat(stepsInMetrics("run")).isEqualTo(steps(1, 5));
    }

    @Test
    void aPairThatIsNotFiniteIsRefusedAndTheBatchIsFilledUp() {
        sendPairs(0, 6);
        sendPair(6, "poison-6");
        sendPairs(7, 9);
        sendPair(9, "poison-9");
        sendPairs(10, 22);

        learn("run", 22);

        assertThat(list("run")).extracting(Checkpoint::getStep).containsExactly(5L);
        var ledger = list("run").get(0).getLedger();
        assertThat(ledger).extracting(StepOffsets::getFirst).containsExactly(0L, 4L, 9L, 14L, 18L);
        assertThat(ledger).extracting(StepOffsets::getLast).containsExactly(3L, 8L, 13L, 17L, 21L);
        assertThat(ledger.get(1).getRefused()).containsExactly(6L);
        assertThat(ledger.get(2).getRefused()).containsExactly(9L);
        assertThat(fixture.read(Topic.REJECTED_PAIRS))
                .extracting(letter -> REJECTED.decode(letter.value()))
                .extracting(RejectedPair::getReason, RejectedPair::getPairId)
                .containsExactly(tuple("NON_FINITE", "poison-6"), tuple("NON_FINITE", "poison-9"));
        assertThat(list("run").get(0).getPairsLearned()).isEqualTo(20);
    }

    @Test
    void tooManyPairsThatAreNotFiniteStopTheService() {
        for (int i = 0; i < 16; i += 2) {
            sendPair(i, "pair-" + i);
            sendPair(i + 1, "poison-" + (i + 1));
        }
        fixture.flush();

        assertThatThrownBy(() -> learn("run", 16))
                .isInstanceOf(TooManyNonFinitePairsException.class)
                .hasMessageContaining("max-non-finite-pairs");
        assertThat(fixture.read(Topic.REJECTED_PAIRS)).isEmpty();
    }

    @Test
    void aReplayMakesEveryCheckpointAgain() {
        sendPairs(0, 30);
        sendPair(30, "refuse-30");
        sendPairs(31, 62);
        learn("run", 40);
        learn("run", 62);

        var config = config("run", fixture.kafka);
        var whole = new Replay(config, new ArithmeticTrainer()).run(Optional.empty(), Optional.empty(), step -> {});
        assertThat(whole).extracting(c -> c.checkpoint().getStep()).containsExactly(5L, 9L, 10L, 15L);
        assertThat(whole).allSatisfy(c -> assertThat(c.difference()).isEmpty());
        var part = new Replay(config, new ArithmeticTrainer()).run(Optional.of(9L), Optional.of(10L), step -> {});
        assertThat(part).extracting(c -> c.checkpoint().getStep()).containsExactly(10L);
        assertThat(part).allSatisfy(c -> assertThat(c.difference()).isEmpty());
    }

    @Test
    void aReplayNamesTheFirstDifference() {
        sendPairs(0, 40);
        learn("run", 40);
        var other = new ArithmeticTrainer() {
            @Override
            public BlobSource adapter() {
                byte[] bytes = super.adapter().bytes();
                bytes[0] = (byte) (step() > 5 ? ~bytes[0] : bytes[0]);
                return BlobSource.of(bytes);
            }
        };

        var comparisons =
                new Replay(config("run", fixture.kafka), other).run(Optional.empty(), Optional.empty(), step -> {});

        assertThat(comparisons.get(0).difference()).isEmpty();
        assertThat(comparisons.get(1).difference()).hasValueSatisfying(difference -> assertThat(difference)
                .contains("the adapter of step 10 has the sha256"));
    }

    @Test
    void aReplayThatMakesFewerStepsEndsAndSaysSo() {
        sendPairs(0, 40);
        learn("run", 40);
        var stricter = new ArithmeticTrainer() {
            @Override
            public Preparation prepare(ScoredPair pair) {
                return pair.getPair().getPairId().equals("pair-7")
                        ? new Preparation.Refused(RejectionReason.TOO_MANY_TOKENS, "too long")
                        : super.prepare(pair);
            }
        };

        assertThatThrownBy(() -> new Replay(config("run", fixture.kafka), stricter)
                        .run(Optional.empty(), Optional.empty(), step -> {}))
                .isInstanceOf(FewerStepsException.class)
                .hasMessageContaining("before offset 40")
                .hasMessageContaining("run run made 10 steps of them and this replay 9");
    }

    /** The log is read one record at a time then, and nothing else changes. */
    @Test
    void recordsThatTakeMoreThanTheBoundAreReadAheadOneByOne() {
        sendPairs(0, 20);
        learn("straight", 20);

        new LearnerService(
                        config("run", fixture.kafka).withMaxQueuedBytes(1),
                        new ArithmeticTrainer(),
                        new SimpleMeterRegistry())
                .runUntil(20);

        assertThat(latest("run").getSha256()).isEqualTo(latest("straight").getSha256());
    }

    @Test
    void aReplayOfACheckpointThatIsNotKeptSaysWhichAre() {
        sendPairs(0, 20);
        learn("run", 20);

        assertThatThrownBy(() -> new Replay(config("run", fixture.kafka), new ArithmeticTrainer())
                        .run(Optional.of(3L), Optional.empty(), step -> {}))
                .isInstanceOf(NoSuchCheckpointException.class)
                .hasMessageContaining("no checkpoint of step 3; those kept are [5]");
    }

    @Test
    void aTransactionThatTimedOutIsWrittenAgainAndCountsOnce() {
        sendPairs(0, 20);
        var slow = new ArithmeticTrainer() {
            private boolean waited;

            @Override
            public String adapterConfig() {
                // Called inside the transaction: wait until the broker has given it up.
                if (!waited) {
                    waited = true;
                    await().atMost(Duration.ofSeconds(60)).until(LearnerServiceIT.this::transactionIsAborted);
                }
                return super.adapterConfig();
            }
        };
        var kafka = fixture.kafkaWith("transaction.timeout.ms", "1000");

        new LearnerService(config("run", kafka), slow, new SimpleMeterRegistry()).runUntil(20);

        assertThat(stepsInMetrics("run")).isEqualTo(steps(1, 5));
        assertThat(list("run")).extracting(Checkpoint::getStep).containsExactly(5L);
        assertThat(committedOffset()).isEqualTo(20);
    }

    private boolean transactionIsAborted() throws Exception {
        var id = fixture.prefix + "-learner-run";
        return fixture.admin
                        .describeTransactions(List.of(id))
                        .description(id)
                        .get()
                        .state()
                == TransactionState.COMPLETE_ABORT;
    }

    private void sendPairs(int from, int to) {
        for (int i = from; i < to; i++) {
            sendPair(i, "pair-" + i);
        }
        fixture.flush();
    }

    private void sendPair(long timestamp, String id) {
        fixture.send(Topic.SCORED_PAIRS, 0, timestamp, id, SCORED_PAIR.encode(TestPairs.scored(TestPairs.pair(id))));
    }

    private void learn(String runId, long pairs) {
        service(runId, new ArithmeticTrainer()).runUntil(pairs);
    }

    private LearnerService service(String runId, Trainer trainer) {
        return new LearnerService(config(runId, fixture.kafka), trainer, new SimpleMeterRegistry());
    }

    private LearnerConfig config(String runId, Map<String, String> kafka) {
        return config(runId, kafka, MismatchPolicy.STOP);
    }

    private LearnerConfig config(String runId, Map<String, String> kafka, MismatchPolicy onMismatch) {
        return LearnerConfig.defaults().with(config -> config.topicPrefix(fixture.prefix)
                .groupId(fixture.prefix + "-learner")
                .runId(runId)
                .kafka(kafka)
                .batchSize(BATCH)
                .checkpointEverySteps(CHECKPOINT_EVERY)
                .keepCheckpoints(10)
                .onReferenceMismatch(onMismatch)
                .maxRefusalsInARow(MOST_REFUSALS)
                .maxNonFinitePairs(MOST_NON_FINITE));
    }

    private List<Checkpoint> list(String runId) {
        fixture.awaitCheckpoints();
        try (var store = new CheckpointStore(fixture.prefix, fixture.kafka)) {
            return store.list(runId);
        }
    }

    private Checkpoint latest(String runId) {
        var all = list(runId);
        return all.get(all.size() - 1);
    }

    private List<Long> stepsInMetrics(String runId) {
        return fixture.read(Topic.TRAINING_METRICS).stream()
                .map(record -> METRICS.decode(record.value()))
                .filter(metrics -> metrics.getRunId().equals(runId))
                .map(TrainingMetrics::getStep)
                .toList();
    }

    private long committedOffset() {
        var offsets = fixture.admin
                .listConsumerGroupOffsets(
                        fixture.prefix + "-learner", new ListConsumerGroupOffsetsOptions().requireStable(true))
                .partitionsToOffsetAndMetadata()
                .toCompletionStage()
                .toCompletableFuture()
                .join();
        return Objects.requireNonNull(offsets.get(new TopicPartition(Topic.SCORED_PAIRS.name(fixture.prefix), 0)))
                .offset();
    }

    private static List<Long> steps(long first, long last) {
        return LongStream.rangeClosed(first, last).boxed().toList();
    }
}
