package io.mdpo.learner.service;

import io.mdpo.kafka.KafkaClients;
import io.mdpo.kafka.Lifecycle;
import io.mdpo.kafka.Transactions;
import io.mdpo.learner.checkpoint.CheckpointStore;
import io.mdpo.learner.training.Trainer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;

/**
 * Learns a run from {@code scored-pairs}: restores the last committed checkpoint, goes on at its offsets, and publishes
 * checkpoints, metrics and refused pairs, each exactly once for whoever reads committed records.
 *
 * <p>Whatever is not the data's fault ends the run with an exception and moves no offset; a restart goes on from the
 * last checkpoint.
 */
public final class LearnerService implements AutoCloseable {
    /** Room to send the chunks of a large adapter over a slow link. Readers of the topics wait for it if we die. */
    private static final Duration TRANSACTION_TIMEOUT = Duration.ofMinutes(5);

    private final LearnerConfig config;
    private final Trainer trainer;
    private final MeterRegistry registry;
    private final StepListener listener;
    private final Lifecycle life = new Lifecycle();
    private volatile LearnerStatus status = LearnerStatus.NONE;

    /** @param trainer stays the caller's: close it after {@link #run} has returned */
    public LearnerService(LearnerConfig config, Trainer trainer, MeterRegistry registry) {
        this(config, trainer, registry, StepListener.NONE);
    }

    public LearnerService(LearnerConfig config, Trainer trainer, MeterRegistry registry, StepListener listener) {
        this.config = config;
        this.trainer = trainer;
        this.registry = registry;
        this.listener = listener;
    }

    /**
     * Learns until {@link #close} is called, then publishes a last checkpoint. Either this or {@link #runUntil} may be
     * called, and once.
     *
     * @throws io.mdpo.kafka.FencedException another learner of the run has started
     * @throws RunMismatchException the run's last checkpoint was made with another configuration or reference
     * @throws ScoredPairsLogException the topic no longer holds the run's next offset, or has several partitions
     * @throws io.mdpo.learner.checkpoint.CorruptCheckpointException the last checkpoint cannot be read
     * @throws io.mdpo.schemas.FailuresInARow.TooManyFailuresException too many pairs in a row failed
     * @throws NonFiniteStepException a step is not finite, and no single pair is to blame
     * @throws TooManyNonFinitePairsException more pairs than allowed were to blame
     */
    public void run() {
        runUntil(Long.MAX_VALUE);
    }

    /**
     * Learns until so many records of the run have been read, counted from its first, then publishes a last checkpoint.
     * A pair counts once it is learned, refused, or waits in a batch that is not full; those that wait are not learned,
     * and {@link #status} tells their number.
     */
    public void runUntil(long pairs) {
        life.run(() -> learnUntil(pairs));
    }

    private void learnUntil(long pairs) {
        var clients = new KafkaClients(config.kafka());
        var id = config.transactionalId();
        // The order counts: only when older learners of the run are fenced is the last checkpoint certain.
        try (var transactions = new Transactions(id, () -> clients.producer(id, TRANSACTION_TIMEOUT), registry);
                var store = new CheckpointStore(config.topicPrefix(), config.kafka());
                var consumer = clients.consumer(Map.of(
                        ConsumerConfig.GROUP_ID_CONFIG,
                        config.groupId(),
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "none"));
                var consumerMetrics = new KafkaClientMetrics(consumer)) {
            consumerMetrics.bindTo(registry);
            var sink = new CheckpointPublisher(config, trainer, store, transactions, consumer.groupMetadata());
            try (var log = new ScoredPairsLog(config, consumer, trainer);
                    var loop = new LearningLoop(
                            config,
                            trainer,
                            log,
                            store,
                            store.latest(config.runId()),
                            sink,
                            new LearnerMetrics(registry),
                            listener)) {
                learn(loop, pairs);
            }
        }
    }

    private void learn(LearningLoop loop, long pairs) {
        status = loop.status();
        life.setReady(true);
        while (!life.isClosing() && status.pairsRead() < pairs) {
            loop.turn();
            status = loop.status();
        }
        loop.finish();
        status = loop.status();
    }

    /** As of the last record read. */
    public LearnerStatus status() {
        return status;
    }

    /** The last checkpoint is restored and records are being read. */
    public boolean isReady() {
        return life.isReady();
    }

    /** False after the run has ended with an exception. */
    public boolean isHealthy() {
        return life.isHealthy();
    }

    /** Finishes the step in hand, publishes a last checkpoint, and returns when {@link #run} has ended. */
    @Override
    public void close() {
        life.close();
    }
}
