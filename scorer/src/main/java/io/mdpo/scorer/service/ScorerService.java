package io.mdpo.scorer.service;

import io.mdpo.kafka.KafkaClients;
import io.mdpo.kafka.Lifecycle;
import io.mdpo.kafka.Transactions;
import io.mdpo.schemas.FailuresInARow;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;

/**
 * Reads {@code pairs}, scores them with the reference model and writes {@code scored-pairs} and {@code rejected-pairs},
 * each pair exactly once for whoever reads committed records. Several instances with one group id share the partitions.
 *
 * <p>Whatever is not the data's fault ends {@link #run} with an exception and moves no offset.
 */
public final class ScorerService implements AutoCloseable {
    static final String STAGE = "scorer";

    /** The time to send one batch and no more; scoring happens before a transaction begins. */
    private static final Duration TRANSACTION_TIMEOUT = Duration.ofMinutes(1);

    private final ScorerConfig config;
    private final ReferenceScorer scorer;
    private final MeterRegistry registry;
    private final Lifecycle life = new Lifecycle();

    /** @param scorer stays the caller's: close it after {@link #run} has returned */
    public ScorerService(ScorerConfig config, ReferenceScorer scorer, MeterRegistry registry) {
        this.config = config;
        this.scorer = scorer;
        this.registry = registry;
    }

    /**
     * Scores until {@link #close} is called. May be called once.
     *
     * @throws io.mdpo.kafka.FencedException another instance has the same transactional id
     * @throws ScoringFailedException the model failed
     * @throws FailuresInARow.TooManyFailuresException too many pairs in a row failed
     */
    public void run() {
        life.run(this::score);
    }

    private void score() {
        var clients = new KafkaClients(config.kafka());
        try (var transactions = new Transactions(
                        config.producerId(),
                        () -> clients.producer(config.producerId(), TRANSACTION_TIMEOUT),
                        registry);
                var consumer = clients.consumer(consumerSettings());
                var consumerMetrics = new KafkaClientMetrics(consumer);
                var scoring = new ScoringThread(scorer)) {
            consumerMetrics.bindTo(registry);
            var loop = new ScoringLoop(
                    config.topicPrefix(),
                    consumer,
                    transactions,
                    scoring,
                    new FailuresInARow(config.maxFailuresInARow()),
                    new ScorerMetrics(registry));
            loop.subscribe();
            while (!life.isClosing()) {
                loop.turn();
                life.setReady(!consumer.assignment().isEmpty());
            }
        }
    }

    private Map<String, Object> consumerSettings() {
        return Map.of(
                ConsumerConfig.GROUP_ID_CONFIG,
                config.groupId(),
                ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                config.maxBatchPairs(),
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "earliest");
    }

    /** Partitions are assigned and records are being read. */
    public boolean isReady() {
        return life.isReady();
    }

    /** False after {@link #run} has ended with an exception. */
    public boolean isHealthy() {
        return life.isHealthy();
    }

    /** Finishes the batch in hand, commits it, leaves the group, and returns when {@link #run} has ended. */
    @Override
    public void close() {
        life.close();
    }
}
