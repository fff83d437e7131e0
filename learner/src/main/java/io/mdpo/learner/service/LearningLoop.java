package io.mdpo.learner.service;

import io.mdpo.learner.checkpoint.BlobNames;
import io.mdpo.learner.checkpoint.CheckpointStore;
import io.mdpo.learner.service.Intake.Incoming;
import io.mdpo.learner.service.LearnerConfig.MismatchPolicy;
import io.mdpo.learner.training.FailedPassException;
import io.mdpo.learner.training.Trainer;
import io.mdpo.schemas.FailuresInARow;
import io.mdpo.schemas.RejectionReason;
import io.mdpo.schemas.avro.Checkpoint;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the scored pairs in offset order, {@code batchSize} acceptable ones to a step. Nothing here depends on time or
 * on how records fall into polls, so the weights at a step are a function of the log.
 */
final class LearningLoop implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LearningLoop.class);

    /** A checkpoint comes early where so many refusals wait for it: each takes up to 2 KiB. */
    private static final int MOST_REFUSALS = 10_000;

    private final LearnerConfig config;
    private final Trainer trainer;
    private final ScoredPairsLog pairs;
    private final CheckpointSink sink;
    private final LearnerMetrics metrics;
    private final StepListener listener;
    private final Unpublished unpublished;
    private Batch batch = new Batch();
    private final FailuresInARow failures;
    private final FaultyPairs faulty;
    private int refusalsInARow;
    private Map<String, Double> lastMetrics = Map.of();

    /**
     * Brings the trainer and the log to a checkpoint.
     *
     * @param start without it, the run begins
     */
    LearningLoop(
            LearnerConfig config,
            Trainer trainer,
            ScoredPairsLog pairs,
            CheckpointStore store,
            Optional<Checkpoint> start,
            CheckpointSink sink,
            LearnerMetrics metrics,
            StepListener listener) {
        this.config = config;
        this.trainer = trainer;
        this.pairs = pairs;
        this.sink = sink;
        this.metrics = metrics;
        this.listener = listener;
        this.failures = new FailuresInARow(config.maxFailuresInARow());
        this.faulty = new FaultyPairs(trainer, config);
        start.ifPresent(checkpoint -> restore(checkpoint, store));
        this.unpublished = new Unpublished(config.runId(), start);
        pairs.seek(unpublished.nextOffset());
        metrics.start(trainer.step());
        LOG.atInfo()
                .addKeyValue("runId", config.runId())
                .addKeyValue("step", trainer.step())
                .addKeyValue("offset", unpublished.nextOffset())
                .log("learning");
    }

    private void restore(Checkpoint checkpoint, CheckpointStore store) {
        RunMismatchException.check(checkpoint, trainer);
        try (var files = store.fetch(checkpoint)) {
            trainer.restore(checkpoint.getStep(), files.path(BlobNames.ADAPTER), files.path(BlobNames.OPTIMIZER));
        }
    }

    /** Takes the next record, if one comes in time, and makes the step that it completes. */
    void turn() {
        pairs.next().ifPresent(this::take);
    }

    private void take(Incoming incoming) {
        var refused = incoming.addTo(batch);
        refused.filter(refusal -> refusal.reason() == RejectionReason.REFERENCE_MISMATCH)
                .filter(refusal -> config.onReferenceMismatch() == MismatchPolicy.STOP)
                .ifPresent(refusal -> {
                    throw new ReferenceMismatchException(refusal);
                });
        refused.ifPresent(metrics::refused);
        failures.count(
                refused.map(Refusal::reason), refused.map(Refusal::message).orElse(""));
        refusalsInARow = refused.isPresent() ? refusalsInARow + 1 : 0;
        if (refusalsInARow == config.maxRefusalsInARow()) {
            throw onlyRefusals();
        }
        if (batch.accepted().size() == config.batchSize()
                && step()
                && (trainer.step() % config.checkpointEverySteps() == 0
                        || unpublished.refused().size() >= MOST_REFUSALS)) {
            publish();
        }
    }

    private OnlyRefusalsException onlyRefusals() {
        var refused = batch.refused();
        var last = refused.get(refused.size() - 1);
        return new OnlyRefusalsException(
                refusalsInARow,
                refused.get(refused.size() - refusalsInARow).offset(),
                last.offset(),
                last.reason() + ": " + last.message());
    }

    /** Makes a step of the batch, unless it fails or is not finite: then the guilty pairs leave it, and others are awaited. */
    private boolean step() {
        var started = metrics.startStep();
        long attempted = trainer.step() + 1;
        Map<String, Double> values;
        try {
            values = trainer.step(batch.pairs());
        } catch (FailedPassException e) {
            refuseGuilty(() -> new FailedStepException(batch.offsets(attempted), e.failure()));
            return false;
        }
        var notFinite = values.entrySet().stream()
                .filter(value -> !Double.isFinite(value.getValue()))
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
        if (!notFinite.isEmpty()) {
            refuseGuilty(() -> new NonFiniteStepException(batch.offsets(attempted), notFinite));
            return false;
        }
        var offsets = batch.offsets(trainer.step());
        unpublished.addStep(trainer.step(), batch, values);
        metrics.step(trainer.step(), batch.accepted().size(), values, started);
        faulty.none();
        batch = new Batch();
        lastMetrics = values;
        listener.onStep(offsets, values);
        return true;
    }

    private void refuseGuilty(Supplier<RuntimeException> otherwise) {
        faulty.refuse(batch, otherwise).forEach(metrics::refused);
    }

    /** Publishes what has been learned and refused. Accepted pairs that wait for a full batch are left for later. */
    void finish() {
        if (batch.accepted().isEmpty() && batch.size() > 0 && unpublished.addTrailing(batch)) {
            batch = new Batch();
        }
        if (!unpublished.isEmpty()) {
            publish();
        }
    }

    private void publish() {
        var checkpoint = sink.publish(unpublished);
        unpublished.published(checkpoint);
        LOG.atInfo()
                .addKeyValue("runId", config.runId())
                .addKeyValue("step", checkpoint.getStep())
                .addKeyValue("sha256", checkpoint.getSha256())
                .log("checkpoint committed");
        listener.onCheckpoint(checkpoint);
    }

    LearnerStatus status() {
        return new LearnerStatus(
                trainer.step(),
                unpublished.pairsLearned(),
                unpublished.pairsRejected() + batch.refused().size(),
                batch.accepted().size(),
                lastMetrics,
                unpublished.lastPublished());
    }

    @Override
    public void close() {
        pairs.close();
    }
}
