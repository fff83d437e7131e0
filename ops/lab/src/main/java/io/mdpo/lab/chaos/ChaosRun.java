package io.mdpo.lab.chaos;

import io.mdpo.learner.checkpoint.CheckpointStore;
import io.mdpo.learner.service.LearnerConfig;
import io.mdpo.learner.service.Replay;
import io.mdpo.learner.service.Replay.Comparison;
import io.mdpo.operator.OperatorException;
import io.mdpo.ops.Progress;
import io.mdpo.schemas.Topic;
import io.mdpo.schemas.avro.Checkpoint;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;

/** One run of the pipeline over all pairs, with some kills or none. */
final class ChaosRun implements AutoCloseable {
    /** Pauses between kills: short enough to meet services that are still coming up. */
    private static final int SHORTEST_PAUSE_MILLIS = 300;

    private static final int LONGEST_PAUSE_MILLIS = 6000;
    private static final int LOOK_AGAIN_MILLIS = 500;
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final PipelineProcesses processes;
    private final List<ProducerRecord<String, byte[]>> records;
    private final long steps;
    private final Map<String, Integer> killed = new TreeMap<>();

    /**
     * Starts the broker.
     *
     * @param steps that the learner will make of the records
     */
    ChaosRun(Path directory, long seed, List<ProducerRecord<String, byte[]>> records, long steps) {
        this.processes = new PipelineProcesses(directory, seed);
        this.records = records;
        this.steps = steps;
    }

    /** Starts the services, sends the records while processes are killed, and waits until everything is learned. */
    void run(int kills, long seed) throws ExecutionException, InterruptedException {
        AwaitedTopics.create(processes.kafka(), processes::keepUp);
        processes.startServices();
        processes.children().forEach(child -> killed.put(child.name(), 0));
        var random = new SplittableRandom(seed);
        try (var producer = new PacedProducer(processes.kafka(), records);
                var progress = Progress.start(kills == 0 ? "learning without kills" : "killing", Math.max(1, kills))) {
            for (int kill = 1; kill <= kills; kill++) {
                producer.sendUpTo((double) kill / kills);
                Thread.sleep(random.nextInt(SHORTEST_PAUSE_MILLIS, LONGEST_PAUSE_MILLIS));
                var victim = processes
                        .children()
                        .get(random.nextInt(processes.children().size()));
                victim.kill();
                killed.merge(victim.name(), 1, Integer::sum);
                processes.keepUp();
                progress.update(kill);
            }
            awaitEnd(producer);
        }
    }

    private void awaitEnd(PacedProducer producer) throws ExecutionException, InterruptedException {
        var deadline = Instant.now().plus(PATIENCE);
        producer.finish();
        while (lastStep() < steps) {
            if (Instant.now().isAfter(deadline)) {
                throw new OperatorException("after %s the last checkpoint is of step %d of %d; see the logs beside %s"
                        .formatted(PATIENCE, lastStep(), steps, processes.config()));
            }
            processes.keepUp();
            Thread.sleep(LOOK_AGAIN_MILLIS);
        }
    }

    private long lastStep() {
        try {
            return checkpoint().map(Checkpoint::getStep).orElse(0L);
        } catch (KafkaException e) {
            return 0; // The broker may be away.
        }
    }

    private Optional<Checkpoint> checkpoint() {
        try (var store = new CheckpointStore(Topic.DEFAULT_PREFIX, processes.kafka())) {
            return store.latest(PipelineProcesses.RUN_ID);
        }
    }

    Checkpoint lastCheckpoint() {
        return checkpoint().orElseThrow();
    }

    Ledger ledger() {
        return new Ledger(processes.kafka());
    }

    /** Makes the run again from its log. */
    List<Comparison> replay(LearnerConfig config) {
        try (var trainer = config.openTrainer();
                var progress = Progress.start("replaying", steps)) {
            return new Replay(config, trainer).run(Optional.empty(), Optional.empty(), progress::update);
        }
    }

    Path config() {
        return processes.config();
    }

    Map<String, Integer> killed() {
        return killed;
    }

    Map<String, Integer> endedByThemselves() {
        var ends = new TreeMap<String, Integer>();
        processes.children().forEach(child -> ends.put(child.name(), child.ownEnds()));
        return ends;
    }

    @Override
    public void close() {
        processes.close();
    }
}
