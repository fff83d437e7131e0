package io.mdpo.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mdpo.learner.checkpoint.CheckpointStore;
import io.mdpo.learner.service.LearnerConfig;
import io.mdpo.learner.service.LearnerService;
import io.mdpo.schemas.AvroSerde;
import io.mdpo.schemas.Prompts;
import io.mdpo.schemas.Topic;
import io.mdpo.schemas.avro.Checkpoint;
import io.mdpo.schemas.avro.PreferencePair;
import io.mdpo.schemas.avro.ScoredPair;
import io.mdpo.scorer.service.ModelReferenceScorer;
import io.mdpo.scorer.service.ReferenceScorer.Outcome;
import io.mdpo.scorer.service.ScorerConfig;
import io.mdpo.scorer.vlm.ModelConfig;
import io.mdpo.scorer.vlm.TinyLlava;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** SIGTERM to the learner's process, between steps and in the middle of one. */
@Timeout(300)
class EndOnSignalIT {
    private static final AvroSerde<ScoredPair> SCORED = AvroSerde.of(ScoredPair.class);
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** Ended by SIGTERM: 128 + 15. */
    private static final int TERMINATED = 143;

    /** So many pairs that a step of them takes many times as long as the shortest grace. */
    private static final int BATCH = 768;

    private static final int STEPS = 3;

    @TempDir
    private Path temp;

    @Test
    void aStepLongerThanTheGraceIsAbandonedAndMadeAgain() throws Exception {
        var model = TinyLlava.write(temp.resolve("model"), 11);
        try (var broker = TestBroker.start(temp.resolve("broker"));
                var fixture = new KafkaFixture(broker.bootstrapServers(), 1)) {
            send(fixture, model);
            var whole = learnAtOnce(fixture, model);

            try (var first = learner(fixture, model, "first", "service.grace=1ms")) {
                awaitStep(fixture, first, 1);
                first.terminate();
                // The next step has begun: its pairs are in the topic, and steps follow one another at once.
                assertThat(first.await(PATIENCE)).as(first.output()).isEqualTo(TERMINATED);
                assertThat(first.output())
                        .contains("the service did not stop within")
                        .doesNotContain("SIGSEGV");
            }
            long reached = steps(fixture, "cut");
            assertThat(reached).as("steps before the signal").isLessThan(STEPS);

            try (var second = learner(fixture, model, "second", "service.grace=2m")) {
                awaitStep(fixture, second, STEPS);
                second.terminate();
                assertThat(second.await(PATIENCE)).as(second.output()).isEqualTo(TERMINATED);
                assertThat(second.output())
                        .doesNotContain("did not stop within")
                        .contains("stopped");
            }
            var cut = latest(fixture, "cut").orElseThrow();
            assertThat(cut.getPairsLearned()).isEqualTo((long) STEPS * BATCH);
            assertThat(cut.getSha256()).isEqualTo(whole.getSha256());
        }
    }

    /** As many pairs as the steps need, some of them scored and the others like them. */
    private static void send(KafkaFixture fixture, Path model) {
        var pairs = IntStream.range(0, 8).mapToObj(EndOnSignalIT::pair).toList();
        var scored = new ArrayList<ScoredPair>();
        try (var reference = ModelReferenceScorer.open(ScorerConfig.defaults().withModel(ModelConfig.cpu(model, 1)))) {
            reference.score(pairs).forEach(outcome -> scored.add(((Outcome.Scored) outcome).pair()));
        }
        for (int i = 0; i < STEPS * BATCH; i++) {
            var pair = scored.get(i % scored.size());
            fixture.send(Topic.SCORED_PAIRS, 0, i, pair.getPair().getPairId() + "-" + i, SCORED.encode(pair));
        }
        fixture.flush();
    }

    private static PreferencePair pair(int number) {
        return PreferencePair.newBuilder(TestPairs.good("pair-" + number))
                .setImages(List.of(ByteBuffer.wrap(TinyImages.png().array())))
                .setPrompt(Prompts.user("what is this ?"))
                .setChosen("two red cats . ".repeat(1 + number))
                .setRejected("one dog . ".repeat(1 + number))
                .setCreatedAt(Instant.EPOCH)
                .build();
    }

    private static Checkpoint learnAtOnce(KafkaFixture fixture, Path model) {
        var config = LearnerConfig.defaults().with(learner -> learner.topicPrefix(fixture.prefix)
                .groupId(fixture.prefix + "-whole")
                .runId("whole")
                .kafka(fixture.kafka)
                .model(ModelConfig.cpu(model, 1))
                .batchSize(BATCH)
                .checkpointEverySteps(1));
        LearnerService.opening(config, new SimpleMeterRegistry()).runUntil((long) STEPS * BATCH);
        return latest(fixture, "whole").orElseThrow();
    }

    private MdpoProcess learner(KafkaFixture fixture, Path model, String name, String grace) {
        return MdpoProcess.start(
                List.of(),
                List.of("-Dai.djl.pytorch.num_threads=1"),
                Map.of(),
                temp.resolve(name),
                "learner",
                "--set=kafka.bootstrap.servers=" + fixture.kafka.get("bootstrap.servers"),
                "--set=topic-prefix=" + fixture.prefix,
                "--set=http.port=0",
                "--set=" + grace,
                "--set=learner.group-id=" + fixture.prefix + "-cut",
                "--set=learner.run-id=cut",
                "--set=learner.model.path=" + model,
                "--set=learner.model.device=cpu",
                "--set=learner.model.threads=1",
                "--set=learner.batch-size=" + BATCH,
                "--set=learner.checkpoint-every-steps=1");
    }

    private static void awaitStep(KafkaFixture fixture, MdpoProcess learner, long step) {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .failFast("the learner ended", () -> !learner.isAlive())
                .until(() -> steps(fixture, "cut") >= step);
    }

    private static long steps(KafkaFixture fixture, String run) {
        return latest(fixture, run).map(Checkpoint::getStep).orElse(0L);
    }

    private static Optional<Checkpoint> latest(KafkaFixture fixture, String run) {
        fixture.awaitCheckpoints();
        try (var store = new CheckpointStore(fixture.prefix, fixture.kafka)) {
            return store.latest(run);
        }
    }
}
