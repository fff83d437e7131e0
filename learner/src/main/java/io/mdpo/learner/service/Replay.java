package io.mdpo.learner.service;

import io.mdpo.kafka.KafkaClients;
import io.mdpo.learner.checkpoint.BlobNames;
import io.mdpo.learner.checkpoint.CheckpointStore;
import io.mdpo.learner.training.Trainer;
import io.mdpo.schemas.avro.Blob;
import io.mdpo.schemas.avro.Checkpoint;
import io.mdpo.schemas.avro.StepOffsets;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;

/**
 * Makes a run again from the topics alone, with the learner's own loop, and compares every checkpoint that is kept. Writes
 * nothing.
 */
public final class Replay {
    private final LearnerConfig config;
    private final Trainer trainer;

    /**
     * What became of one checkpoint.
     *
     * @param checkpoint as it was published
     * @param sha256 of the adapter as it was made again
     * @param difference a sentence; empty if everything is the same
     */
    public record Comparison(Checkpoint checkpoint, String sha256, Optional<String> difference) {}

    /** @param trainer fresh, of the run's model and configuration; stays the caller's */
    public Replay(LearnerConfig config, Trainer trainer) {
        this.config = config;
        this.trainer = trainer;
    }

    /**
     * Replays up to the last checkpoint of the run.
     *
     * @param fromStep starts at this checkpoint; without it at the beginning of the run
     * @param toStep leaves out later checkpoints
     * @param progress hears how many steps are made
     * @throws NoSuchCheckpointException nothing to start from, or nothing to compare with
     * @throws RunMismatchException the trainer is of another configuration or reference
     * @throws ScoredPairsLogException the log is not there any more
     * @throws FewerStepsException the log ended before the last step was made
     */
    public List<Comparison> run(Optional<Long> fromStep, Optional<Long> toStep, LongConsumer progress) {
        var clients = new KafkaClients(config.kafka());
        try (var store = new CheckpointStore(config.topicPrefix(), config.kafka());
                var consumer = clients.consumer(Map.of())) {
            var kept = store.list(config.runId());
            var start = fromStep.map(step -> find(kept, step));
            long from = fromStep.orElse(0L);
            var targets = kept.stream()
                    .filter(checkpoint -> checkpoint.getStep() > from)
                    .filter(checkpoint -> toStep.isEmpty() || checkpoint.getStep() <= toStep.get())
                    .collect(Collectors.toMap(Checkpoint::getStep, Function.identity()));
            if (targets.isEmpty()) {
                throw new NoSuchCheckpointException(
                        "run %s has no checkpoint after step %d to compare with".formatted(config.runId(), from));
            }
            var comparer = new Comparer(targets, progress);
            try (var log = new ScoredPairsLog(config, consumer, trainer);
                    var loop = new LearningLoop(
                            config,
                            trainer,
                            log,
                            store,
                            start,
                            this::draft,
                            new LearnerMetrics(new SimpleMeterRegistry()),
                            comparer)) {
                targets.values().forEach(target -> {
                    RunMismatchException.check(target, trainer);
                    log.requireUpTo(target.getOffsets().get(0).getOffset());
                });
                long end = targets.values().stream()
                        .mapToLong(target -> target.getOffsets().get(0).getOffset())
                        .max()
                        .orElseThrow();
                while (!comparer.isDone()) {
                    if (log.position() >= end) {
                        throw new FewerStepsException(
                                config.runId(), trainer.step(), Collections.max(targets.keySet()), end);
                    }
                    loop.turn();
                }
            }
            return comparer.comparisons;
        }
    }

    private Checkpoint find(List<Checkpoint> kept, long step) {
        return kept.stream()
                .filter(checkpoint -> checkpoint.getStep() == step)
                .findFirst()
                .orElseThrow(
                        () -> new NoSuchCheckpointException("run %s has no checkpoint of step %d; those kept are %s"
                                .formatted(
                                        config.runId(),
                                        step,
                                        kept.stream().map(Checkpoint::getStep).toList())));
    }

    /** Nothing is published; the loop only forgets what it would have published. */
    private Checkpoint draft(Unpublished unpublished) {
        return unpublished
                .draft(trainer.step(), "")
                .setSha256("")
                .setBlobs(List.of())
                .setConfigHash(trainer.configuration().digest())
                .setReferenceId(trainer.referenceId())
                .setAdapterConfig("")
                .build();
    }

    private final class Comparer implements StepListener {
        private final Map<Long, Checkpoint> targets;
        private final LongConsumer progress;
        private final List<Comparison> comparisons = new ArrayList<>();

        Comparer(Map<Long, Checkpoint> targets, LongConsumer progress) {
            this.targets = targets;
            this.progress = progress;
        }

        boolean isDone() {
            return comparisons.size() == targets.size();
        }

        @Override
        public void onStep(StepOffsets offsets, Map<String, Double> metrics) {
            progress.accept(offsets.getStep());
            var target = targets.get(offsets.getStep());
            if (target != null) {
                var sha256 = trainer.adapter().sha256();
                comparisons.add(new Comparison(target, sha256, difference(target, sha256, offsets)));
            }
        }

        private Optional<String> difference(Checkpoint target, String adapter, StepOffsets made) {
            if (!isMadeOf(target, made)) {
                return Optional.of("step %d is made of the offsets %d to %d, which is not what its ledger says"
                        .formatted(made.getStep(), made.getFirst(), made.getLast()));
            }
            if (!adapter.equals(target.getSha256())) {
                return Optional.of("the adapter of step %d has the sha256 %s, published was %s"
                        .formatted(made.getStep(), adapter, target.getSha256()));
            }
            var optimizer = trainer.optimizerState().sha256();
            return target.getBlobs().stream()
                    .filter(blob -> blob.getName().equals(BlobNames.OPTIMIZER))
                    .map(Blob::getSha256)
                    .filter(published -> !published.equals(optimizer))
                    .findFirst()
                    .map(published -> "the optimizer state of step %d has the sha256 %s, published was %s"
                            .formatted(made.getStep(), optimizer, published));
        }

        /** Refusals at the end of a stream are booked to the step before them, so a step may begin and end earlier. */
        private static boolean isMadeOf(Checkpoint target, StepOffsets made) {
            return target.getLedger().stream()
                    .filter(entry -> entry.getStep() == made.getStep())
                    .anyMatch(entry -> entry.getFirst() <= made.getLast() && made.getLast() <= entry.getLast());
        }
    }
}
