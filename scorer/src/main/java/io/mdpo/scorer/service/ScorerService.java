package io.mdpo.scorer.service;

import io.mdpo.scorer.kafka.KafkaClients;
import io.mdpo.scorer.kafka.Transactions;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.jspecify.annotations.Nullable;

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
    private final AtomicReference<@Nullable Thread> runner = new AtomicReference<>();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile boolean closing;
    private volatile boolean ready;
    private volatile boolean failed;

    /** @param scorer stays the caller's: close it after {@link #run} has returned */
    public ScorerService(ScorerConfig config, ReferenceScorer scorer, MeterRegistry registry) {
        this.config = config;
        this.scorer = scorer;
        this.registry = registry;
    }

    /**
     * Scores until {@link #close} is called. May be called once.
     *
     * @throws io.mdpo.scorer.kafka.FencedException another instance has the same transactional id
     * @throws ScoringFailedException the model failed
     */
    public void run() {
        if (!runner.compareAndSet(null, Thread.currentThread())) {
            throw new IllegalStateException("a scorer service runs once; make a new one");
        }
        var clients = new KafkaClients(config.kafka());
        try (var transactions = new Transactions(
                        config.producerId(),
                        () -> clients.producer(config.producerId(), TRANSACTION_TIMEOUT),
                        registry);
                var consumer = clients.consumer(consumerSettings());
                var consumerMetrics = new KafkaClientMetrics(consumer);
                var scoring = new ScoringThread(scorer)) {
            consumerMetrics.bindTo(registry);
            var loop =
                    new ScoringLoop(config.topicPrefix(), consumer, transactions, scoring, new ScorerMetrics(registry));
            loop.subscribe();
            while (!closing) {
                loop.turn();
                ready = !consumer.assignment().isEmpty();
            }
        } catch (RuntimeException | Error e) {
            failed = true;
            throw e;
        } finally {
            ready = false;
            stopped.countDown();
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
        return ready;
    }

    /** False after {@link #run} has ended with an exception. */
    public boolean isHealthy() {
        return !failed;
    }

    /** Finishes the batch in hand, commits it, leaves the group, and returns when {@link #run} has ended. */
    @Override
    public void close() {
        closing = true;
        var thread = runner.get();
        if (thread == null || thread == Thread.currentThread()) {
            return;
        }
        try {
            stopped.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
