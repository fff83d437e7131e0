package io.mdpo.learner.service;

import io.mdpo.kafka.KafkaClients;
import io.mdpo.kafka.Transactions;
import io.mdpo.learner.checkpoint.CheckpointStore;
import io.mdpo.learner.training.Trainer;
import io.mdpo.lifecycle.Lifecycle;
import io.mdpo.lifecycle.Service;
import io.mdpo.schemas.Topic;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;

/**
 * Learns a run from {@code scored-pairs}: restores the last committed checkpoint, goes on at its offsets, and publishes
 * checkpoints, metrics and refused pairs, each exactly once for whoever reads committed records.
 *
 * <p>Whatever is not the data's fault ends the run with an exception and moves no offset; a restart goes on from the
 * last checkpoint.
 */
public final class LearnerService implements Service {
    /** Room to send the chunks of a large adapter over a slow link. Readers of the topics wait for it if we die. */
    private static final Duration TRANSACTION_TIMEOUT = Duration.ofMinutes(5);

    /**
     * For single records: a fetch brings one at least. Near the end of the log the client fetches ahead what is not there yet,
     * and what is wanted next waits until the broker answers; in a transaction, half a second for each refusal is too long.
     */
    private static final Map<String, Object> SINGLE_RECORDS = Map.of(
            ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 1 << 20, ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 5);

    private final LearnerConfig config;
    private final Consumer<Consumer<Trainer>> training;
    private final MeterRegistry registry;
    private final StepListener listener;
    private final Lifecycle life = new Lifecycle();
    private volatile LearnerStatus status = LearnerStatus.NONE;

    private LearnerService(
            LearnerConfig config, Consumer<Consumer<Trainer>> training, MeterRegistry registry, StepListener listener) {
        this.config = config;
        this.training = training;
        this.registry = registry;
        this.listener = listener;
    }

    /** @param trainer stays the caller's: close it after {@link #run} has returned */
    public LearnerService(LearnerConfig config, Trainer trainer, MeterRegistry registry) {
        this(config, trainer, registry, StepListener.NONE);
    }

    /** @param trainer stays the caller's: close it after {@link #run} has returned */
    public LearnerService(LearnerConfig config, Trainer trainer, MeterRegistry registry, StepListener listener) {
        this(config, work -> work.accept(trainer), registry, listener);
    }

    /** A service that opens the configured model when it starts, and closes it when it has ended. */
    public static LearnerService opening(LearnerConfig config, MeterRegistry registry, StepListener listener) {
        Consumer<Consumer<Trainer>> training = work -> {
            try (var trainer = config.openTrainer()) {
                work.accept(trainer);
            }
        };
        return new LearnerService(config, training, registry, listener);
    }

    /** The same, heard by nobody. */
    public static LearnerService opening(LearnerConfig config, MeterRegistry registry) {
        return opening(config, registry, StepListener.NONE);
    }

    /**
     * Learns until it is told to end, finishes the step in hand and publishes a last checkpoint. Either this or {@link #runUntil} may be
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
    @Override
    public void run() {
        runUntil(Long.MAX_VALUE);
    }

    /**
     * Learns until so many records of the run have been read, counted from its first, then publishes a last checkpoint.
     * A pair counts once it is learned, refused, or waits in a batch that is not full; those that wait are not learned,
     * and {@link #status} tells their number.
     */
    public void runUntil(long pairs) {
        life.run(() -> training.accept(trainer -> learnUntil(trainer, pairs)));
    }

    private void learnUntil(Trainer trainer, long pairs) {
        if (life.isStopping()) {
            return;
        }
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
                var rereading = clients.consumer(SINGLE_RECORDS);
                var consumerMetrics = new KafkaClientMetrics(consumer)) {
            consumerMetrics.bindTo(registry);
            var originals = new Originals(rereading, Topic.SCORED_PAIRS.name(config.topicPrefix()));
            var sink =
                    new CheckpointPublisher(config, trainer, store, originals, transactions, consumer.groupMetadata());
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
        life.working(true);
        while (!life.isStopping() && status.pairsRead() < pairs) {
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

    @Override
    public Lifecycle lifecycle() {
        return life;
    }
}
