package io.mdpo.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mdpo.learner.checkpoint.CheckpointStore;
import io.mdpo.learner.optimizer.OptimizerConfig;
import io.mdpo.learner.service.LearnerConfig;
import io.mdpo.learner.service.LearnerService;
import io.mdpo.learner.service.Replay;
import io.mdpo.schemas.AvroSerde;
import io.mdpo.schemas.FailuresInARow.TooManyFailuresException;
import io.mdpo.schemas.Prompts;
import io.mdpo.schemas.RejectionReason;
import io.mdpo.schemas.Topic;
import io.mdpo.schemas.avro.Checkpoint;
import io.mdpo.schemas.avro.PreferencePair;
import io.mdpo.schemas.avro.RejectedPair;
import io.mdpo.schemas.avro.ScoredPair;
import io.mdpo.schemas.avro.StepOffsets;
import io.mdpo.scorer.service.ModelReferenceScorer;
import io.mdpo.scorer.service.ReferenceScorer.Outcome;
import io.mdpo.scorer.service.ScorerConfig;
import io.mdpo.scorer.service.ScorerService;
import io.mdpo.scorer.vlm.ModelConfig;
import io.mdpo.scorer.vlm.TinyLlava;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Pairs that pass every check and fail in the engine. The model's tokenizer knows a word for which the model has no
 * embedding, as where somebody added tokens to the one and not to the other: what holds it can be encoded and not computed.
 */
@Timeout(120)
class FailingPairsIT {
    private static final AvroSerde<PreferencePair> PAIR = AvroSerde.of(PreferencePair.class);
    private static final AvroSerde<ScoredPair> SCORED_PAIR = AvroSerde.of(ScoredPair.class);
    private static final List<String> ANIMALS = List.of("dog", "cat");
    private static final String UNEMBEDDED = "zebra";
    private static final int BATCH = 4;
    private static final int MOST_FAILURES = 5;

    @TempDir
    private static Path temp;

    private static ModelConfig model;
    private static ModelReferenceScorer reference;
    private static TestBroker broker;
    private KafkaFixture fixture;

    @BeforeAll
    static void start() throws IOException {
        var json = new ObjectMapper();
        var directory = TinyLlava.write(temp.resolve("model"), 11);
        var tokenizer = directory.resolve("tokenizer.json").toFile();
        var tree = json.readTree(tokenizer);
        ((ObjectNode) tree.at("/model/vocab")).put(UNEMBEDDED, 999);
        json.writeValue(tokenizer, tree);
        model = ModelConfig.cpu(directory, 2);
        reference = ModelReferenceScorer.open(ScorerConfig.defaults().withModel(model));
        broker = TestBroker.start(temp.resolve("broker"));
    }

    @AfterAll
    static void stop() {
        broker.close();
        reference.close();
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
    void aPairThatFailsInAStepIsRefusedAndTheStepIsMadeWithTheRest() {
        sendScored(fixture, "1", "2", "bad-3", "4", "5", "bad-6", "bad-7", "8", "9", "10", "11");
        learn(fixture, 11);

        var checkpoint = onlyCheckpoint(fixture);
        assertThat(checkpoint.getLedger())
                .containsExactly(
                        new StepOffsets(1L, 0, 0L, 4L, List.of(2L)), new StepOffsets(2L, 0, 5L, 10L, List.of(5L, 6L)));
        assertThat(checkpoint.getPairsLearned()).isEqualTo(8);
        assertThat(Accounting.letters(fixture))
                .allSatisfy(FailingPairsIT::isUnpreparable)
                .extracting(RejectedPair::getPairId)
                .containsExactly("bad-3", "bad-6", "bad-7");
        assertThat(checkpoint.getSha256()).isEqualTo(weightsWithoutTheBadOnes());
        try (var trainer = config(fixture).openTrainer()) {
            assertThat(new Replay(config(fixture), trainer).run(Optional.empty(), Optional.empty(), step -> {}))
                    .singleElement()
                    .satisfies(comparison -> assertThat(comparison.difference()).isEmpty());
        }
    }

    private String weightsWithoutTheBadOnes() {
        try (var other = new KafkaFixture(broker.bootstrapServers(), 1)) {
            sendScored(other, "1", "2", "4", "5", "8", "9", "10", "11");
            learn(other, 8);
            return onlyCheckpoint(other).getSha256();
        }
    }

    @Test
    void failuresInARowInTheStepEndTheLearner() {
        sendScored(fixture, "1", "bad-2", "bad-3", "bad-4", "bad-5", "bad-6", "bad-7", "bad-8", "9");

        assertThatThrownBy(() -> learn(fixture, 9))
                .isInstanceOf(TooManyFailuresException.class)
                .hasMessageContaining(MOST_FAILURES + " pairs in a row failed")
                .hasMessageContaining("TorchProgramException in io.mdpo.scorer.");
        assertThat(fixture.read(Topic.CHECKPOINTS)).isEmpty();
        assertThat(fixture.read(Topic.REJECTED_PAIRS)).isEmpty();
    }

    @Test
    void aPairThatTheModelCannotScoreIsRefusedAndTheRestIsScored() {
        sendPairs("1", "bad-2", "3");
        var service = scorer();
        var run = Background.start(service::run);

        await().atMost(Duration.ofMinutes(1))
                .until(() -> fixture.read(Topic.SCORED_PAIRS).size() == 2);
        service.close();
        run.join();

        assertThat(fixture.read(Topic.SCORED_PAIRS))
                .extracting(KafkaFixture::key)
                .containsExactly("1", "3");
        assertThat(Accounting.letters(fixture)).singleElement().satisfies(FailingPairsIT::isUnpreparable);
    }

    @Test
    void failuresInARowEndTheScorerAndMoveNoOffset() {
        sendPairs("1", "bad-2", "bad-3", "bad-4", "bad-5", "bad-6", "7");

        assertThatThrownBy(scorer()::run)
                .isInstanceOf(TooManyFailuresException.class)
                .hasMessageContaining("raise max-failures-in-a-row");
        assertThat(fixture.read(Topic.SCORED_PAIRS)).isEmpty();
        assertThat(fixture.read(Topic.REJECTED_PAIRS)).isEmpty();
    }

    private static void isUnpreparable(RejectedPair letter) {
        assertThat(letter.getReason()).isEqualTo(RejectionReason.UNPREPARABLE_PAIR.name());
        assertThat(letter.getPairId()).startsWith("bad-");
        assertThat(letter.getMessage())
                .contains("the pair failed: io.mdpo.scorer.torch.TorchProgramException in io.mdpo.scorer.");
    }

    private void sendPairs(String... ids) {
        for (var id : ids) {
            fixture.send(Topic.PAIRS, 0, 0, id, PAIR.encode(pair(id)));
        }
        fixture.flush();
    }

    private static void sendScored(KafkaFixture fixture, String... ids) {
        for (var id : ids) {
            fixture.send(Topic.SCORED_PAIRS, 0, 0, id, SCORED_PAIR.encode(scored(pair(id))));
        }
        fixture.flush();
    }

    private static PreferencePair pair(String id) {
        int number = Integer.parseInt(id.replace("bad-", ""));
        return PreferencePair.newBuilder()
                .setPairId(id)
                .setImages(List.of(ByteBuffer.wrap(TinyImages.noise("png", 32, 32, number))))
                .setPrompt(Prompts.user("what is this ?"))
                .setChosen("a red " + (id.startsWith("bad") ? UNEMBEDDED : ANIMALS.get(number % 2)) + " .")
                .setRejected("two " + ANIMALS.get((number + 1) % 2) + " .")
                .setCreatedAt(Instant.EPOCH)
                .build();
    }

    /** A word that cannot be computed has the log-probs of one that can: as many, which is all that is checked. */
    private static ScoredPair scored(PreferencePair pair) {
        var known = PreferencePair.newBuilder(pair)
                .setChosen(pair.getChosen().replace(UNEMBEDDED, ANIMALS.get(0)))
                .build();
        var scored = ((Outcome.Scored) reference.score(List.of(known)).get(0)).pair();
        return ScoredPair.newBuilder(scored).setPair(pair).build();
    }

    private ScorerService scorer() {
        var config = StandInPipeline.scorerConfig(fixture).withModel(model).withMaxFailuresInARow(MOST_FAILURES);
        return new ScorerService(config, reference, new SimpleMeterRegistry());
    }

    private static void learn(KafkaFixture fixture, long pairs) {
        LearnerService.opening(config(fixture), new SimpleMeterRegistry()).runUntil(pairs);
    }

    private static LearnerConfig config(KafkaFixture fixture) {
        return StandInPipeline.learnerConfig(fixture)
                .withModel(model)
                .withBatchSize(BATCH)
                // A rate at which two steps move the weights.
                .withOptimizer(OptimizerConfig.defaults().withLearningRate(1e-2).withWarmupSteps(0))
                .withMaxFailuresInARow(MOST_FAILURES);
    }

    private static Checkpoint onlyCheckpoint(KafkaFixture fixture) {
        fixture.awaitCheckpoints();
        try (var store = new CheckpointStore(fixture.prefix, fixture.kafka)) {
            var all = store.list(StandInPipeline.RUN);
            assertThat(all).hasSize(1);
            return all.get(0);
        }
    }
}
