package io.mdpo.learner.service;

import io.mdpo.schemas.avro.Checkpoint;
import io.mdpo.schemas.avro.PartitionOffset;
import io.mdpo.schemas.avro.StepOffsets;
import io.mdpo.schemas.avro.TrainingMetrics;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the next checkpoint will publish: the ledger, metrics and dead letters since the last one. It counts the run's
 * pairs and knows where the stream goes on.
 */
final class Unpublished {
    private final String runId;
    private final List<StepOffsets> ledger = new ArrayList<>();
    private final List<TrainingMetrics> metrics = new ArrayList<>();
    private final List<Refusal> refused = new ArrayList<>();
    private @Nullable Checkpoint published;
    private long pairsLearned;
    private long pairsRejected;
    private long nextOffset;
    private long latestTimestamp;

    /** @param published the run's last committed checkpoint */
    Unpublished(String runId, Optional<Checkpoint> published) {
        this.runId = runId;
        published.ifPresent(checkpoint -> {
            this.published = checkpoint;
            this.pairsLearned = checkpoint.getPairsLearned();
            this.pairsRejected = checkpoint.getPairsRejected();
            this.nextOffset = checkpoint.getOffsets().get(0).getOffset();
            this.latestTimestamp = checkpoint.getCreatedAt().toEpochMilli();
        });
    }

    /** A step was made of the batch. */
    void addStep(long step, Batch batch, Map<String, Double> values) {
        pairsLearned += batch.pairs().size();
        settle(batch);
        ledger.add(batch.offsets(step));
        metrics.add(TrainingMetrics.newBuilder()
                .setRunId(runId)
                .setStep(step)
                .setPairsLearned(pairsLearned)
                .setValues(values)
                .setCreatedAt(Instant.ofEpochMilli(batch.latestTimestamp()))
                .build());
    }

    /**
     * Adds a batch that holds refusals only to the step before it, at the end of a stream. False if there is no step
     * yet: such refusals are read again by the next start.
     */
    boolean addTrailing(Batch batch) {
        if (ledger.isEmpty() && published != null) {
            // The checkpoint of this step is written again, with later offsets.
            ledger.addAll(published.getLedger());
        }
        if (ledger.isEmpty()) {
            return false;
        }
        var step = ledger.remove(ledger.size() - 1);
        var all = new ArrayList<>(step.getRefused());
        all.addAll(batch.refusedOffsets());
        ledger.add(StepOffsets.newBuilder(step)
                .setLast(batch.last())
                .setRefused(all)
                .build());
        settle(batch);
        return true;
    }

    private void settle(Batch batch) {
        refused.addAll(batch.refused());
        pairsRejected += batch.refused().size();
        nextOffset = batch.last() + 1;
        latestTimestamp = Math.max(latestTimestamp, batch.latestTimestamp());
    }

    /** What the manifest takes from here. */
    Checkpoint.Builder draft(long step, String topic) {
        return Checkpoint.newBuilder()
                .setRunId(runId)
                .setStep(step)
                .setParentStep(parentStep(step))
                .setTags(tags(step))
                .setOffsets(List.of(new PartitionOffset(topic, 0, nextOffset)))
                .setLedger(List.copyOf(ledger))
                .setPairsLearned(pairsLearned)
                .setPairsRejected(pairsRejected)
                .setCreatedAt(Instant.ofEpochMilli(latestTimestamp));
    }

    /** Those that an earlier release wrote into the manifest that is written again. */
    private List<String> tags(long step) {
        return published == null || published.getStep() != step ? List.of() : published.getTags();
    }

    private @Nullable Long parentStep(long step) {
        if (published == null) {
            return null;
        }
        return published.getStep() == step ? published.getParentStep() : Long.valueOf(published.getStep());
    }

    /** All of it is in the checkpoint, which is committed. */
    void published(Checkpoint checkpoint) {
        published = checkpoint;
        ledger.clear();
        metrics.clear();
        refused.clear();
    }

    boolean isEmpty() {
        return ledger.isEmpty();
    }

    List<TrainingMetrics> metrics() {
        return Collections.unmodifiableList(metrics);
    }

    List<Refusal> refused() {
        return Collections.unmodifiableList(refused);
    }

    Optional<Checkpoint> lastPublished() {
        return Optional.ofNullable(published);
    }

    long pairsLearned() {
        return pairsLearned;
    }

    long pairsRejected() {
        return pairsRejected;
    }

    /** The offset after the last settled record. */
    long nextOffset() {
        return nextOffset;
    }
}
