package io.mdpo.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.mdpo.lab.broker.EmbeddedBroker;
import io.mdpo.learner.checkpoint.BlobNames;
import io.mdpo.learner.checkpoint.CheckpointStore;
import io.mdpo.learner.checkpoint.CheckpointTagger;
import io.mdpo.learner.objective.KtoConfig;
import io.mdpo.learner.service.LearnerStatus;
import io.mdpo.schemas.AvroSerde;
import io.mdpo.schemas.PairKind;
import io.mdpo.schemas.Topic;
import io.mdpo.schemas.avro.Checkpoint;
import io.mdpo.schemas.avro.CheckpointChunk;
import io.mdpo.schemas.avro.RejectedPair;
import io.mdpo.schemas.avro.ScoredPair;
import io.mdpo.schemas.avro.TrainingMetrics;
import io.mdpo.scorer.vlm.PeftAdapter;
import io.mdpo.scorer.vlm.TinyLlava;
import io.mdpo.scorer.vlm.VisionLanguageModel;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The whole pipeline, model and all: the first tests look at one run, the others make a second one and compare. */
@Timeout(300)
class PipelineIT {
    private static final AvroSerde<RejectedPair> REJECTED = AvroSerde.of(RejectedPair.class);
    private static final AvroSerde<ScoredPair> SCORED = AvroSerde.of(ScoredPair.class);
    private static final AvroSerde<TrainingMetrics> METRICS = AvroSerde.of(TrainingMetrics.class);
    private static final AvroSerde<Checkpoint> CHECKPOINT = AvroSerde.of(Checkpoint.class);
    private static final AvroSerde<CheckpointChunk> CHUNK = AvroSerde.of(CheckpointChunk.class);

    private static final PipelineInput INPUT = new PipelineInput(7);
    private static final PipelineInput MIXED =
            new PipelineInput(8, List.of(PairKind.PAIR, PairKind.DESIRABLE, PairKind.UNDESIRABLE));
    private static final int STEPS = PipelineInput.GOOD / TinyPipeline.BATCH;
    private static final List<Long> ALL_STEPS =
            LongStream.rangeClosed(1, STEPS).boxed().toList();

    @TempDir
    private static Path temp;

    private static Path model;
    private static TestBroker broker;
    private static KafkaFixture fixture;
    private static LearnerStatus status;

    @TempDir
    private Path other;

    @BeforeAll
    static void learnWithoutInterruption() throws Exception {
        model = TinyLlava.write(temp.resolve("model"), 11);
        broker = TestBroker.start(temp.resolve("broker"));
        fixture = new KafkaFixture(broker.bootstrapServers(), 1);
        INPUT.send(fixture, 0, INPUT.size());
        try (var pipeline = new TinyPipeline(fixture, model, temp.resolve("state"), PipelineInput.GOOD)) {
            status = pipeline.awaitLearned();
        }
        try (var store = new CheckpointStore(fixture.prefix, fixture.kafka)) {
            fixture.awaitCheckpoints();
            new CheckpointTagger(fixture.prefix, fixture.kafka).tag(store, TinyPipeline.RUN, STEPS, "best");
        }
    }

    @AfterAll
    static void stop() {
        fixture.close();
        broker.close();
    }

    @Test
    void theFirstLossIsThreeLogTwoAndLearningLowersIt() {
        var losses = metrics(fixture).stream()
                .map(metrics -> metrics.getValues().get("loss"))
                .toList();

        assertThat(losses.get(0)).isCloseTo(3 * Math.log(2), within(1e-5));
        assertThat(losses.get(STEPS - 1)).isLessThan(3 * Math.log(2) - 1e-3);
    }

    @Test
    void everyBrokenRecordIsRejectedForItsOwnReason() {
        var reasons = fixture.read(Topic.REJECTED_PAIRS).stream()
                .collect(Collectors.toMap(KafkaFixture::key, letter -> REJECTED.decode(letter.value())
                        .getReason()));

        var expected = PipelineInput.BROKEN.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, broken -> broken.getValue().name()));
        assertThat(reasons).isEqualTo(expected);
    }

    @Test
    void everyPairThatEnteredIsLearnedRejectedOrWaiting() {
        var balance = Accounting.of(fixture, status).assertBalanced();

        assertThat(balance.ingest().entered()).isEqualTo(INPUT.size());
        assertThat(balance.learned()).isEqualTo(48);
        assertThat(balance.rejected()).isEqualTo(PipelineInput.BROKEN.size());
        assertThat(balance.waiting()).isEqualTo(2);
        assertThat(checkpoint(fixture).getPairsLearned()).isEqualTo(48);
    }

    @Test
    void theCheckpointTopicsHoldTheAdapterThatTheManifestNames() throws Exception {
        var checkpoint = checkpoint(fixture);
        var adapter = new ByteArrayOutputStream();
        fixture.read(Topic.CHECKPOINT_CHUNKS).stream()
                .filter(record -> record.value() != null)
                .map(record -> CHUNK.decode(record.value()))
                .filter(chunk -> chunk.getStep() == STEPS && chunk.getBlob().equals(BlobNames.ADAPTER))
                .sorted(Comparator.comparingInt(CheckpointChunk::getIndex))
                .forEach(chunk -> adapter.writeBytes(chunk.getData().array()));

        assertThat(checkpoint.getStep()).isEqualTo(STEPS);
        assertThat(sha256(adapter.toByteArray())).isEqualTo(checkpoint.getSha256());
        assertThat(adapter.toString(UTF_8)).contains("q_proj.lora_A.weight", "down_proj.lora_B.weight");
        assertThat(checkpoint.getAdapterConfig()).contains("\"r\"", "\"lora_alpha\"", "\"target_modules\"");
    }

    @Test
    void theCommandsListShowAndExportWhatTheTopicsHold() throws Exception {
        var newest = checkpoint(fixture);
        var list = Cli.on(fixture, "checkpoints", "list", "--run", TinyPipeline.RUN);
        assertThat(list.exitCode()).as(list.err()).isZero();
        assertThat(list.out()).contains(newest.getSha256());

        var show = Cli.on(fixture, "checkpoints", "show", "--run", TinyPipeline.RUN);
        assertThat(show.out()).contains("all there, digests match").contains("sha256 " + newest.getSha256());

        var exported = other.resolve("exported");
        var export = Cli.on(fixture, "checkpoints", "export", "--run", TinyPipeline.RUN, "--to", exported.toString());
        assertThat(export.exitCode()).as(export.err()).isZero();
        assertThat(sha256(Files.readAllBytes(exported.resolve(PeftAdapter.WEIGHTS_FILE))))
                .isEqualTo(newest.getSha256());
        try (var base = VisionLanguageModel.open(model)) {
            assertThat(PeftAdapter.read(base.manager(), base.family(), exported).rank())
                    .isEqualTo(16);
        }

        var again = Cli.on(fixture, "checkpoints", "export", "--run", TinyPipeline.RUN, "--to", exported.toString());
        assertThat(again.exitCode()).isEqualTo(1);
        assertThat(again.err()).contains("is not empty; export every checkpoint to a directory of its own");
        var unknown = Cli.on(fixture, "checkpoints", "show", "--run", "nobody");
        assertThat(unknown.exitCode()).isEqualTo(1);
        assertThat(unknown.err()).contains("run nobody has no checkpoint");
    }

    /** Scorer and learner name the same adapter: then the reference is base and adapter, and so the policy starts. */
    @Test
    void aRunThatStartsFromAnAdapterHasAFirstLossOfThreeLogTwoToo() throws Exception {
        var exported = other.resolve("exported");
        assertThat(Cli.on(fixture, "checkpoints", "export", "--run", TinyPipeline.RUN, "--to", exported.toString())
                        .exitCode())
                .isZero();
        try (var topics = new KafkaFixture(broker.bootstrapServers(), 1)) {
            INPUT.send(topics, 0, INPUT.size());
            try (var pipeline = new TinyPipeline(
                    topics, model, Optional.of(exported), other.resolve("state"), PipelineInput.GOOD)) {
                Accounting.of(topics, pipeline.awaitLearned()).assertBalanced();
            }

            assertThat(metrics(topics).get(0).getValues().get("loss")).isCloseTo(3 * Math.log(2), within(1e-5));
            assertThat(checkpoint(topics).getReferenceId())
                    .isNotEqualTo(checkpoint(fixture).getReferenceId());
            assertThat(checkpoint(topics).getSha256())
                    .isNotEqualTo(checkpoint(fixture).getSha256());
        }
    }

    /** Of 50 good records 17 are pairs, 17 desirable and 16 undesirable; 48 fill six batches. */
    @Test
    void answersByThemselvesAreLearnedBesidePairsAndEachIsAccountedFor() throws Exception {
        try (var topics = new KafkaFixture(broker.bootstrapServers(), 1)) {
            MIXED.send(topics, 0, MIXED.size());
            var objective = KtoConfig.defaults().withBeta(1).withImageWeight(1);
            try (var pipeline =
                    new TinyPipeline(topics, model, objective, other.resolve("state"), PipelineInput.GOOD)) {
                var balance = Accounting.of(topics, pipeline.awaitLearned()).assertBalanced();
                assertThat(balance.learned()).isEqualTo(48);
                assertThat(balance.rejected()).isEqualTo(PipelineInput.BROKEN.size());
            }

            var steps = metrics(topics);
            // Three pairs, (0.5 + 0.5 + 0.5) / 2 each with the image term; three desirable, 0.5 + 0.5; two undesirable,
            // 0.5.
            assertThat(steps.get(0).getValues().get("loss")).isCloseTo((3 * 0.75 + 3 * 1 + 2 * 0.5) / 8, within(1e-5));
            assertThat(steps.get(STEPS - 1).getValues().get("logps/chosen_change"))
                    .isNotCloseTo(0, within(1e-2));
            assertThat(steps).allSatisfy(step -> assertThat(step.getValues())
                    .containsKeys("rewards/chosen", "rewards/rejected", "rewards/margins"));
            assertThat(topics.read(Topic.SCORED_PAIRS))
                    .map(record -> SCORED.decode(record.value()))
                    .allSatisfy(PipelineIT::assertScoredByItsKind);
        }
    }

    private static void assertScoredByItsKind(ScoredPair scored) {
        var kind = PairKind.of(scored.getPair()).orElseThrow();
        var logProbs = scored.getLogProbs();
        assertThat(!logProbs.getChosen().isEmpty()).isEqualTo(kind.hasChosen());
        assertThat(!logProbs.getRejected().isEmpty()).isEqualTo(kind.hasRejected());
        assertThat(logProbs.getChosenGivenCorruptedImage()).hasSameSizeAs(logProbs.getChosen());
        assertThat(!scored.getCorruptions().isEmpty()).isEqualTo(kind.hasChosen());
    }

    @Test
    void anObjectiveThatComparesRefusesAnswersByThemselvesAndLearnsTheRest() throws Exception {
        try (var topics = new KafkaFixture(broker.bootstrapServers(), 1)) {
            MIXED.send(topics, 0, MIXED.size());
            try (var pipeline = new TinyPipeline(topics, model, other.resolve("state"), PipelineInput.GOOD)) {
                var balance = Accounting.of(topics, pipeline.awaitLearned()).assertBalanced();
                assertThat(balance.learned()).isEqualTo(16);
                assertThat(balance.waiting()).isEqualTo(1);
                assertThat(balance.learner().rejected()).isEqualTo(33);
            }
        }
    }

    private static String sha256(byte[] bytes) throws NoSuchAlgorithmException {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    @Test
    void trainingMetricsHasOneRecordForEachStepUnderTheNamesOfTrl() {
        var metrics = metrics(fixture);

        assertThat(metrics).extracting(TrainingMetrics::getStep).isEqualTo(ALL_STEPS);
        assertThat(metrics).extracting(TrainingMetrics::getRunId).containsOnly(TinyPipeline.RUN);
        assertThat(metrics).allSatisfy(step -> assertThat(step.getValues())
                .containsKeys(
                        "loss",
                        "rewards/chosen",
                        "rewards/rejected",
                        "rewards/margins",
                        "rewards/accuracies",
                        "logps/chosen",
                        "logps/rejected",
                        "logits/chosen",
                        "logits/rejected",
                        "entropy",
                        "mean_token_accuracy",
                        "num_tokens",
                        "learning_rate",
                        "grad_norm")
                .containsKeys("rewards/image_margins", "rewards/image_accuracies"));
    }

    @ParameterizedTest
    @EnumSource(
            names = {
                "RAW_PAIRS",
                "PAIRS",
                "REJECTED_PAIRS",
                "SCORED_PAIRS",
                "CHECKPOINTS",
                "CHECKPOINT_CHUNKS",
                "CHECKPOINT_TAGS",
                "TRAINING_METRICS"
            })
    void kcatReadsEveryRecordOfTheTopic(Topic topic) throws Exception {
        RequiredTool.require("kcat");
        var expected = fixture.read(topic).stream()
                .map(record -> "%d %s %d"
                        .formatted(
                                record.offset(), KafkaFixture.key(record), Math.max(-1, record.serializedValueSize())))
                .toList();

        var kcat = new ProcessBuilder("kcat", "-C", "-e", "-q", "-o", "beginning", "-f", "%o %k %S\n")
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        kcat.command().addAll(List.of("-b", broker.bootstrapServers(), "-t", topic.name(fixture.prefix)));
        var process = kcat.start();
        var lines = new String(process.getInputStream().readAllBytes(), UTF_8).lines();

        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
        assertThat(lines).isNotEmpty().containsExactlyElementsOf(expected);
    }

    @Test
    void theSameInputOnAnotherBrokerGivesTheSameAdapter() throws Exception {
        try (var second = EmbeddedBroker.start(other.resolve("broker"), 0, Map.of());
                var topics = new KafkaFixture(second.bootstrapServers(), 1)) {
            INPUT.send(topics, 0, INPUT.size());
            try (var pipeline = new TinyPipeline(topics, model, other.resolve("state"), PipelineInput.GOOD)) {
                Accounting.of(topics, pipeline.awaitLearned()).assertBalanced();
            }

            assertThat(checkpoint(topics).getSha256())
                    .isEqualTo(checkpoint(fixture).getSha256());
        }
    }

    @Test
    void aRunThatIsClosedMidwayAndRestartedGivesTheSameAdapter() throws Exception {
        int half = INPUT.size() / 2;
        try (var second = EmbeddedBroker.start(other.resolve("broker"), 0, Map.of());
                var topics = new KafkaFixture(second.bootstrapServers(), 1)) {
            INPUT.send(topics, 0, half);
            try (var pipeline = new TinyPipeline(topics, model, other.resolve("state"), PipelineInput.GOOD)) {
                await().atMost(Duration.ofSeconds(60))
                        .until(() -> pipeline.status().step() > 0);
            }
            assertThat(checkpoint(topics).getStep()).isBetween(1L, STEPS - 1L);
            INPUT.send(topics, half, INPUT.size());
            try (var pipeline = new TinyPipeline(topics, model, other.resolve("state"), PipelineInput.GOOD)) {
                Accounting.of(topics, pipeline.awaitLearned()).assertBalanced();
            }

            assertThat(checkpoint(topics).getSha256())
                    .isEqualTo(checkpoint(fixture).getSha256());
            assertThat(metrics(topics)).extracting(TrainingMetrics::getStep).isEqualTo(ALL_STEPS);
            assertThat(topics.read(Topic.REJECTED_PAIRS)).hasSize(PipelineInput.BROKEN.size());
        }
    }

    /** The last one. */
    private static Checkpoint checkpoint(KafkaFixture topics) {
        var manifests = topics.read(Topic.CHECKPOINTS);
        return CHECKPOINT.decode(manifests.get(manifests.size() - 1).value());
    }

    private static List<TrainingMetrics> metrics(KafkaFixture topics) {
        return topics.read(Topic.TRAINING_METRICS).stream()
                .map(record -> METRICS.decode(record.value()))
                .toList();
    }
}
