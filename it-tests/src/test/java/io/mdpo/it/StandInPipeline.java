package io.mdpo.it;

import static org.awaitility.Awaitility.await;

import io.mdpo.ingest.IngestConfig;
import io.mdpo.ingest.IngestService;
import io.mdpo.learner.service.LearnerConfig;
import io.mdpo.learner.service.LearnerConfig.MismatchPolicy;
import io.mdpo.learner.service.LearnerService;
import io.mdpo.learner.service.LearnerStatus;
import io.mdpo.learner.training.Trainer;
import io.mdpo.schemas.Topic;
import io.mdpo.scorer.service.ReferenceScorer;
import io.mdpo.scorer.service.ScorerConfig;
import io.mdpo.scorer.service.ScorerService;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** The three services with stand-ins for the model, each on a thread of its own. */
final class StandInPipeline implements AutoCloseable {
    static final String RUN = "run";
    static final int BATCH = 4;

    private static final int CHECKPOINT_EVERY = 2;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    final IngestService ingest;
    final ScorerService scorer;
    final LearnerService learner;
    private final KafkaFixture fixture;
    private final CompletableFuture<Void> all;

    StandInPipeline(KafkaFixture fixture, Path state, ReferenceScorer reference, Trainer trainer) {
        this(fixture, state, Duration.ofHours(1), reference, trainer);
    }

    StandInPipeline(
            KafkaFixture fixture, Path state, Duration dedupWindow, ReferenceScorer reference, Trainer trainer) {
        this(fixture, ingestConfig(fixture, state, dedupWindow), reference, trainer);
    }

    StandInPipeline(KafkaFixture fixture, IngestConfig config, ReferenceScorer reference, Trainer trainer) {
        this.fixture = fixture;
        ingest = new IngestService(config, new SimpleMeterRegistry());
        scorer = new ScorerService(scorerConfig(fixture), reference, new SimpleMeterRegistry());
        learner = new LearnerService(learnerConfig(fixture), trainer, new SimpleMeterRegistry());
        all = CompletableFuture.allOf(
                Background.start(ingest::run), Background.start(scorer::run), Background.start(learner::run));
    }

    /** Waits until the learner has read so many records, refused ones included; fails as soon as a service has. */
    LearnerStatus awaitRead(long records) {
        await().atMost(PATIENCE)
                .failFast("a service failed", all::isCompletedExceptionally)
                .until(() -> learner.status().pairsRead() >= records);
        return learner.status();
    }

    /** Waits until so many records were refused, by whichever service; those of the learner show with its checkpoint. */
    void awaitLetters(int letters) {
        await().atMost(PATIENCE)
                .failFast("a service failed", all::isCompletedExceptionally)
                .until(() -> fixture.read(Topic.REJECTED_PAIRS).size() >= letters);
    }

    static IngestConfig ingestConfig(KafkaFixture fixture, Path state) {
        return ingestConfig(fixture, state, Duration.ofHours(1));
    }

    static IngestConfig ingestConfig(KafkaFixture fixture, Path state, Duration dedupWindow) {
        return IngestConfig.defaults()
                .withTopicPrefix(fixture.prefix)
                .withApplicationId(fixture.prefix + "-ingest")
                .withKafka(fixture.kafka)
                .withDedupWindow(dedupWindow)
                .withStateDir(state);
    }

    static ScorerConfig scorerConfig(KafkaFixture fixture) {
        return scorerConfig(fixture, "scorer");
    }

    static ScorerConfig scorerConfig(KafkaFixture fixture, String transactionalId) {
        return ScorerConfig.defaults()
                .withTopicPrefix(fixture.prefix)
                .withGroupId(fixture.prefix + "-scorer")
                .withTransactionalId(fixture.prefix + "-" + transactionalId)
                .withKafka(fixture.kafka)
                .withMaxBatchPairs(64);
    }

    static LearnerConfig learnerConfig(KafkaFixture fixture) {
        return learnerConfig(fixture, fixture.kafka);
    }

    static LearnerConfig learnerConfig(KafkaFixture fixture, Map<String, String> kafka) {
        return learnerConfig(fixture, kafka, MismatchPolicy.STOP);
    }

    static LearnerConfig learnerConfig(KafkaFixture fixture, Map<String, String> kafka, MismatchPolicy onMismatch) {
        return LearnerConfig.defaults().with(config -> config.topicPrefix(fixture.prefix)
                .groupId(fixture.prefix + "-learner")
                .runId(RUN)
                .kafka(kafka)
                .batchSize(BATCH)
                .checkpointEverySteps(CHECKPOINT_EVERY)
                .onReferenceMismatch(onMismatch)
                .maxRefusalsInARow(Integer.MAX_VALUE));
    }

    @Override
    public void close() {
        stop();
    }

    /** Ends the services in the order of the data, and throws what one of them threw. */
    void stop() {
        ingest.close();
        scorer.close();
        learner.close();
        all.join();
    }
}
