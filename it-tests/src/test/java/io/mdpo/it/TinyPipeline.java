package io.mdpo.it;

import io.mdpo.ingest.IngestConfig;
import io.mdpo.ingest.IngestService;
import io.mdpo.learner.objective.ObjectiveConfig;
import io.mdpo.learner.optimizer.OptimizerConfig;
import io.mdpo.learner.service.LearnerConfig;
import io.mdpo.learner.service.LearnerService;
import io.mdpo.learner.service.LearnerStatus;
import io.mdpo.learner.training.PolicyTrainer;
import io.mdpo.scorer.service.ModelReferenceScorer;
import io.mdpo.scorer.service.ScorerConfig;
import io.mdpo.scorer.service.ScorerService;
import io.mdpo.scorer.vlm.ModelConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Ingest, scorer and learner on a tiny model, each on a thread of its own; they share nothing but a broker. */
final class TinyPipeline implements AutoCloseable {
    static final String RUN = "run";
    static final int BATCH = 8;
    static final int CHECKPOINT_EVERY = 2;

    private static final long PATIENCE_SECONDS = 120;

    private final ModelReferenceScorer reference;
    private final PolicyTrainer trainer;
    private final IngestService ingest;
    private final ScorerService scorer;
    private final LearnerService learner;
    private final CompletableFuture<Void> ingestRun;
    private final CompletableFuture<Void> scorerRun;
    private final CompletableFuture<Void> learnerRun;

    /**
     * Starts the services.
     *
     * @param pairs the learner ends when so many of the run were read
     */
    TinyPipeline(KafkaFixture fixture, Path model, Path state, long pairs) {
        this(fixture, model, Optional.empty(), state, pairs);
    }

    /** @param objective of the learner */
    TinyPipeline(KafkaFixture fixture, Path model, ObjectiveConfig objective, Path state, long pairs) {
        this(fixture, model, Optional.empty(), objective, state, pairs);
    }

    /** @param adapter with which the reference scores and from which the policy starts */
    TinyPipeline(KafkaFixture fixture, Path model, Optional<Path> adapter, Path state, long pairs) {
        this(fixture, model, adapter, ObjectiveConfig.defaults(), state, pairs);
    }

    private TinyPipeline(
            KafkaFixture fixture,
            Path model,
            Optional<Path> adapter,
            ObjectiveConfig objective,
            Path state,
            long pairs) {
        var registry = new SimpleMeterRegistry();
        var config = ModelConfig.cpu(model, 1).withAdapter(adapter);
        var scorerConfig = scorerConfig(fixture, config);
        var learnerConfig = learnerConfig(fixture, config).withObjective(objective);
        reference = ModelReferenceScorer.open(scorerConfig);
        trainer = learnerConfig.openTrainer();
        ingest = new IngestService(ingestConfig(fixture, state), registry);
        scorer = new ScorerService(scorerConfig, reference, registry);
        learner = new LearnerService(learnerConfig, trainer, registry);
        ingestRun = Background.start(ingest::run);
        scorerRun = Background.start(scorer::run);
        learnerRun = Background.start(() -> learner.runUntil(pairs));
    }

    LearnerStatus status() {
        return learner.status();
    }

    /** Waits for the learner's end; throws if any service fails. */
    LearnerStatus awaitLearned() throws ExecutionException, InterruptedException, TimeoutException {
        CompletableFuture.anyOf(ingestRun, scorerRun, learnerRun).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        return learner.status();
    }

    /** Closes the services, throws what one of them threw, and frees the models. */
    @Override
    public void close() {
        ingest.close();
        scorer.close();
        learner.close();
        try {
            CompletableFuture.allOf(ingestRun, scorerRun, learnerRun).join();
        } finally {
            reference.close();
            trainer.close();
        }
    }

    private static IngestConfig ingestConfig(KafkaFixture fixture, Path state) {
        return IngestConfig.defaults()
                .withTopicPrefix(fixture.prefix)
                .withApplicationId(fixture.prefix + "-ingest")
                .withKafka(fixture.kafka)
                .withStateDir(state);
    }

    private static ScorerConfig scorerConfig(KafkaFixture fixture, ModelConfig model) {
        return ScorerConfig.defaults()
                .withTopicPrefix(fixture.prefix)
                .withGroupId(fixture.prefix + "-scorer")
                .withKafka(fixture.kafka)
                .withModel(model)
                .withMaxBatchPairs(16);
    }

    private static LearnerConfig learnerConfig(KafkaFixture fixture, ModelConfig model) {
        return LearnerConfig.defaults().with(config -> config.topicPrefix(fixture.prefix)
                .groupId(fixture.prefix + "-learner")
                .runId(RUN)
                .kafka(fixture.kafka)
                .model(model)
                .batchSize(BATCH)
                .checkpointEverySteps(CHECKPOINT_EVERY)
                .keepCheckpoints(2)
                // A rate at which six steps move the weights.
                .optimizer(OptimizerConfig.defaults().withLearningRate(1e-2).withWarmupSteps(2)));
    }
}
