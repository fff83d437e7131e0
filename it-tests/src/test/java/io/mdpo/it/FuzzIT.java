package io.mdpo.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mdpo.ingest.IngestService;
import io.mdpo.learner.service.LearnerConfig.MismatchPolicy;
import io.mdpo.learner.service.LearnerService;
import io.mdpo.schemas.AvroSerde;
import io.mdpo.schemas.RejectionReason;
import io.mdpo.schemas.Topic;
import io.mdpo.schemas.avro.PreferencePair;
import io.mdpo.schemas.avro.RejectedPair;
import io.mdpo.schemas.avro.ScoredPair;
import io.mdpo.scorer.service.ScorerService;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ten thousand mutated records on the input topic of each service, a quarter of them for each model family where a model
 * looks at them. The services are the real ones, and so are decoders, tokenizers and all checks; only the passes through the model are left out, which no record can reach that is not sound.
 * Behind the mutants stands a good record in every partition: it arrives only if nothing is stuck.
 *
 * <p>{@code -Dmdpo.fuzz.seed=N} has the records of that seed again, {@code -Dmdpo.fuzz.records=N} another number of them.
 */
@Timeout(300)
class FuzzIT {
    private static final Logger LOG = LoggerFactory.getLogger(FuzzIT.class);
    private static final long SEED = Long.getLong("mdpo.fuzz.seed", 20_260_101);
    private static final int RECORDS = Integer.getInteger("mdpo.fuzz.records", 10_000);
    private static final int PARTITIONS = 2;
    private static final AvroSerde<PreferencePair> PAIR = AvroSerde.of(PreferencePair.class);
    private static final AvroSerde<ScoredPair> SCORED_PAIR = AvroSerde.of(ScoredPair.class);

    @TempDir
    private static Path temp;

    private static TestBroker broker;
    private KafkaFixture fixture;

    @TempDir
    private Path state;

    @BeforeAll
    static void start() {
        broker = TestBroker.start(temp.resolve("broker"));
    }

    @AfterAll
    static void stop() {
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

    private static Stream<String> families() {
        return TinyModels.FAMILIES.stream();
    }

    @Test
    void ingestPassesOrRefusesEveryRawRecord() {
        var registry = new SimpleMeterRegistry();
        var service = new IngestService(StandInPipeline.ingestConfig(fixture, state), registry);
        var run = Background.start(service::run);
        long sent = send(Topic.RAW_PAIRS, RECORDS, PARTITIONS, FuzzIT::anyRelease);

        awaitDecided(run, sent, () -> count(registry, "mdpo.ingest.pairs", "mdpo.ingest.rejected"));
        service.close();
        run.join();

        assertAccounted(sent, Topic.PAIRS, PARTITIONS, PAIR::decode);
    }

    @ParameterizedTest
    @MethodSource("families")
    void theScorerScoresOrRefusesEveryPair(String family) {
        var registry = new SimpleMeterRegistry();
        try (var scorer = new EncodingScorer(TinyModels.of(family))) {
            var service = new ScorerService(StandInPipeline.scorerConfig(fixture), scorer, registry);
            var run = Background.start(service::run);
            long sent = send(Topic.PAIRS, RECORDS / 4, PARTITIONS, FuzzIT::anyRelease);

            awaitDecided(run, sent, () -> count(registry, "mdpo.scorer.pairs", "mdpo.scorer.rejected"));
            service.close();
            run.join();

            assertAccounted(sent, Topic.SCORED_PAIRS, PARTITIONS, value -> SCORED_PAIR
                    .decode(value)
                    .getPair());
        }
    }

    @ParameterizedTest
    @MethodSource("families")
    void theLearnerLearnsOrRefusesEveryScoredPair(String family) {
        // A checkpoint takes longer than the pairs of many steps.
        var config = StandInPipeline.learnerConfig(fixture, fixture.kafka, MismatchPolicy.DEAD_LETTER)
                .withCheckpointEverySteps(40);
        try (var trainer = new PreparingTrainer(
                TinyModels.of(family),
                RecordMutations.pair("fuzz-0", new Random(0)).build())) {
            var service = new LearnerService(config, trainer, new SimpleMeterRegistry());
            var run = Background.start(service::run);
            long sent = send(
                    Topic.SCORED_PAIRS,
                    RECORDS / 4,
                    1,
                    (pair, random, spoiled) -> anyRelease(trainer.scored(pair, random, spoiled), random));

            awaitDecided(run, sent, () -> service.status().pairsRead());
            long waiting = service.status().waiting();
            service.close();
            run.join();

            var status = service.status();
            report(status.pairsLearned() + waiting, Accounting.letters(fixture));
            assertThat(status.pairsLearned() + status.waiting() + status.pairsRejected())
                    .as("seed %d", SEED)
                    .isEqualTo(sent);
            // Those between the last step and the end wait together with the pairs around them.
            assertThat(Accounting.letters(fixture))
                    .hasSizeBetween((int) status.pairsRejected() - 100, (int) status.pairsRejected());
            assertThat(trainer.last()).as("seed %d", SEED).isEqualTo("good-0");
        }
    }

    private static byte[] anyRelease(PreferencePair pair, Random random, boolean spoiled) {
        return OldReleases.holds(pair) && random.nextInt(4) == 0
                ? OldReleases.encode(1 + random.nextInt(2), pair)
                : PAIR.encode(pair);
    }

    private static byte[] anyRelease(ScoredPair scored, Random random) {
        return OldReleases.holds(scored.getPair()) && scored.getCorruptions().size() == 1 && random.nextInt(4) == 0
                ? OldReleases.encode(1 + random.nextInt(2), scored)
                : SCORED_PAIR.encode(scored);
    }

    /** The good record behind the mutants is the last of its partition. */
    private long send(Topic topic, int records, int partitions, RecordMutations.Form form) {
        var mutations = new RecordMutations(SEED, form);
        long start = System.currentTimeMillis() - Duration.ofHours(1).toMillis();
        for (int i = 0; i < records; i++) {
            var mutant = mutations.next("fuzz-" + i);
            fixture.send(topic, i % partitions, start + i, mutant.key, mutant.value, mutant.headers);
        }
        for (int i = 0; i < partitions; i++) {
            var good = mutations.good("good-" + i);
            fixture.send(topic, i, start + records, good.key, good.value, good.headers);
        }
        fixture.flush();
        return (long) records + partitions;
    }

    private static void awaitDecided(CompletableFuture<Void> run, long sent, LongSupplier decided) {
        await("every record of seed " + SEED).atMost(Duration.ofMinutes(4)).until(() -> {
            if (run.isCompletedExceptionally()) {
                run.join();
            }
            return decided.getAsLong() >= sent;
        });
    }

    private static long count(MeterRegistry registry, String passed, String rejected) {
        return registry.getMeters().stream()
                .filter(meter ->
                        List.of(passed, rejected).contains(meter.getId().getName()))
                .map(Meter::measure)
                .flatMap(measurements -> StreamSupport.stream(measurements.spliterator(), false))
                .mapToLong(measurement -> (long) measurement.getValue())
                .sum();
    }

    private void assertAccounted(long sent, Topic passedTo, int partitions, Function<byte[], PreferencePair> decode) {
        var passed = fixture.read(passedTo);
        var letters = Accounting.letters(fixture);
        report(passed.size(), letters);
        assertThat(passed.size() + letters.size()).as("seed %d", SEED).isEqualTo((int) sent);
        var ids = passed.stream()
                .map(record -> decode.apply(record.value()).getPairId())
                .toList();
        for (int i = 0; i < partitions; i++) {
            assertThat(ids).as("seed %d", SEED).contains("good-" + i);
        }
    }

    private static void report(long passed, List<RejectedPair> letters) {
        var reasons = letters.stream()
                .collect(Collectors.groupingBy(RejectedPair::getReason, TreeMap::new, Collectors.counting()));
        assertThat(reasons)
                .as("what nobody foresaw, with seed %d", SEED)
                .doesNotContainKey(RejectionReason.UNPREPARABLE_PAIR.name());
        LOG.atInfo()
                .addKeyValue("seed", SEED)
                .addKeyValue("passed", passed)
                .addKeyValue("rejected", letters.size())
                .addKeyValue("reasons", reasons)
                .log("fuzzed");
    }
}
