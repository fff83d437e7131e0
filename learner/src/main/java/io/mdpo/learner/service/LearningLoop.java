package io.mdpo.learner.service;

import io.mdpo.learner.checkpoint.BlobNames;
import io.mdpo.learner.checkpoint.CheckpointStore;
import io.mdpo.learner.service.Intake.Incoming;
import io.mdpo.learner.training.Trainer;
import io.mdpo.schemas.Topic;
import io.mdpo.schemas.avro.Checkpoint;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the scored pairs in offset order, {@code batchSize} acceptable ones to a step. Nothing here depends on time or
 * on how records fall into polls, so the weights at a step are a function of the log.
 *
 * <p>The partition is assigned, not subscribed to: there is one partition and one learner of a run, no group can take
 * the partition away, and a step may last as long as it likes without a poll.
 */
final class LearningLoop implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(LearningLoop.class);

    /** Longest wait for records: how fast a close is seen. */
    private static final Duration POLL = Duration.ofMillis(200);

    private final LearnerConfig config;
    private final Trainer trainer;
    private final Consumer<byte[], byte[]> consumer;
    private final CheckpointPublisher publisher;
    private final LearnerMetrics metrics;
    private final StepListener listener;
    private final Intake intake;
    private final Unpublished unpublished;
    private final Queue<Incoming> ahead = new ArrayDeque<>();
    private Iterator<ConsumerRecord<byte[], byte[]>> records = Collections.emptyIterator();
    private Batch batch = new Batch();
    private int refusalsInARow;
    private Map<String, Double> lastMetrics = Map.of();

    /** Brings the trainer and the consumer to the run's last checkpoint. */
    LearningLoop(
            LearnerConfig config,
            Trainer trainer,
            Consumer<byte[], byte[]> consumer,
            CheckpointStore store,
            CheckpointPublisher publisher,
            LearnerMetrics metrics,
            StepListener listener) {
        this.config = config;
        this.trainer = trainer;
        this.consumer = consumer;
        this.publisher = publisher;
        this.metrics = metrics;
        this.listener = listener;
        this.intake = new Intake(trainer);
        var checkpoint = store.latest(config.runId());
        checkpoint.ifPresent(last -> restore(last, store));
        this.unpublished = new Unpublished(config.runId(), checkpoint);
        seek(unpublished.nextOffset());
        log.atInfo()
                .addKeyValue("runId", config.runId())
                .addKeyValue("step", trainer.step())
                .addKeyValue("offset", unpublished.nextOffset())
                .log("learning");
    }

    private void restore(Checkpoint checkpoint, CheckpointStore store) {
        requireSame(checkpoint, "configuration digest", checkpoint.getConfigHash(), trainer.configHash());
        requireSame(checkpoint, "reference id", checkpoint.getReferenceId(), trainer.referenceId());
        var blobs = store.load(checkpoint);
        trainer.restore(checkpoint.getStep(), blob(blobs, BlobNames.ADAPTER), blob(blobs, BlobNames.OPTIMIZER));
    }

    private static byte[] blob(Map<String, byte[]> blobs, String name) {
        return Optional.ofNullable(blobs.get(name))
                .orElseThrow(() -> new IllegalStateException("the checkpoint has no blob " + name));
    }

    private void requireSame(Checkpoint checkpoint, String what, String then, String now) {
        if (!then.equals(now)) {
            throw new RunMismatchException(config.runId(), checkpoint.getStep(), what, then, now);
        }
    }

    private void seek(long offset) {
        var topic = Topic.SCORED_PAIRS.name(config.topicPrefix());
        int partitions = consumer.partitionsFor(topic).size();
        if (partitions != 1) {
            throw new ScoredPairsLogException(
                    "%s has %d partitions; a run learns in one total order, so create it with exactly one"
                            .formatted(topic, partitions));
        }
        var partition = new TopicPartition(topic, 0);
        consumer.assign(List.of(partition));
        long begin = consumer.beginningOffsets(List.of(partition)).getOrDefault(partition, 0L);
        long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
        if (offset < begin || offset > end) {
            throw new ScoredPairsLogException(
                    ("%s holds the offsets from %d to before %d, but run %s goes on at %d; restore the topic, or start a "
                                    + "new run with another run-id")
                            .formatted(topic, begin, end, config.runId(), offset));
        }
        consumer.seek(partition, offset);
    }

    /** Takes the next record, if one comes in time, and makes the step that it completes. */
    void turn() {
        readAhead();
        var next = ahead.poll();
        if (next != null) {
            take(next);
        }
    }

    /** Keeps the records of two steps in preparation; waits for records only if there is nothing else to do. */
    private void readAhead() {
        while (ahead.size() < 2 * config.batchSize()) {
            if (!records.hasNext()) {
                records = consumer.poll(ahead.isEmpty() ? POLL : Duration.ZERO).iterator();
            }
            if (!records.hasNext()) {
                return;
            }
            ahead.add(intake.start(records.next()));
        }
    }

    private void take(Incoming incoming) {
        int refusedBefore = batch.refused().size();
        incoming.addTo(batch);
        batch.refused().stream().skip(refusedBefore).forEach(metrics::refused);
        refusalsInARow = batch.refused().size() > refusedBefore ? refusalsInARow + 1 : 0;
        if (refusalsInARow == config.maxRefusalsInARow()) {
            throw onlyRefusals();
        }
        if (batch.pairs().size() == config.batchSize()) {
            step();
            if (trainer.step() % config.checkpointEverySteps() == 0) {
                publish();
            }
        }
    }

    private OnlyRefusalsException onlyRefusals() {
        var refused = batch.refused();
        var last = refused.get(refused.size() - 1);
        return new OnlyRefusalsException(
                refusalsInARow,
                refused.get(refused.size() - refusalsInARow).source().offset(),
                last.source().offset(),
                last.reason() + ": " + last.message());
    }

    private void step() {
        var started = metrics.startStep();
        long attempted = trainer.step() + 1;
        var values = trainer.step(batch.pairs());
        var notFinite = values.entrySet().stream()
                .filter(value -> !Double.isFinite(value.getValue()))
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
        if (!notFinite.isEmpty()) {
            throw new NonFiniteStepException(batch.offsets(attempted), notFinite);
        }
        unpublished.addStep(trainer.step(), batch, values);
        metrics.step(trainer.step(), batch.pairs().size(), values, started);
        batch = new Batch();
        lastMetrics = values;
        listener.onStep(trainer.step(), values);
    }

    /** Publishes what has been learned and refused. Accepted pairs that wait for a full batch are left for later. */
    void finish() {
        if (batch.pairs().isEmpty() && batch.size() > 0 && unpublished.addTrailing(batch)) {
            batch = new Batch();
        }
        if (!unpublished.isEmpty()) {
            publish();
        }
    }

    private void publish() {
        var checkpoint = publisher.publish(unpublished);
        unpublished.published(checkpoint);
        log.atInfo()
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
                batch.pairs().size(),
                lastMetrics,
                unpublished.lastPublished());
    }

    @Override
    public void close() {
        intake.close();
    }
}
