package io.mdpo.scorer.service;

import io.mdpo.gate.Gate;
import io.mdpo.gate.GateMetrics;
import io.mdpo.kafka.KafkaClients;
import io.mdpo.kafka.Transactions;
import io.mdpo.lifecycle.Lifecycle;
import io.mdpo.lifecycle.Service;
import io.mdpo.schemas.FailuresInARow;
import io.mdpo.scorer.gate.DisagreementGate;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;

/**
 * Reads {@code pairs} and {@code heldout-pairs}, scores them with the reference model and writes {@code scored-pairs},
 * {@code scored-heldout-pairs} and {@code rejected-pairs}, each pair exactly once for whoever reads committed records. Several instances with one group id share the partitions.
 *
 * <p>Whatever is not the data's fault ends {@link #run} with an exception and moves no offset.
 */
public final class ScorerService implements Service {
    static final String STAGE = "scorer";

    /** The time to send one batch and no more; scoring happens before a transaction begins. */
    private static final Duration TRANSACTION_TIMEOUT = Duration.ofMinutes(1);

    private final ScorerConfig config;
    private final Consumer<Consumer<ReferenceScorer>> reference;
    private final MeterRegistry registry;
    private final Lifecycle life = new Lifecycle();

    private ScorerService(ScorerConfig config, Consumer<Consumer<ReferenceScorer>> reference, MeterRegistry registry) {
        this.config = config;
        this.reference = reference;
        this.registry = registry;
    }

    /** @param scorer stays the caller's: close it after {@link #run} has returned */
    public ScorerService(ScorerConfig config, ReferenceScorer scorer, MeterRegistry registry) {
        this(config, work -> work.accept(scorer), registry);
    }

    /** A service that opens the configured model when it starts, and closes it when it has ended. */
    public static ScorerService opening(ScorerConfig config, MeterRegistry registry) {
        Consumer<Consumer<ReferenceScorer>> reference = work -> {
            try (var scorer = ModelReferenceScorer.open(config)) {
                work.accept(scorer);
            }
        };
        return new ScorerService(config, reference, registry);
    }

    /**
     * Scores until it is told to end; then finishes the batch in hand, commits it and leaves the group. May be called once.
     *
     * @throws io.mdpo.kafka.FencedException another instance has the same transactional id
     * @throws ScoringFailedException the model failed
     * @throws FailuresInARow.TooManyFailuresException too many pairs in a row failed
     */
    @Override
    public void run() {
        life.run(() -> reference.accept(this::score));
    }

    private void score(ReferenceScorer scorer) {
        if (life.isStopping()) {
            return;
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
            var gateMetrics = new GateMetrics(registry, Gate.DISAGREEMENT);
            var loop = new ScoringLoop(
                    config.topicPrefix(),
                    consumer,
                    transactions,
                    scoring,
                    new DisagreementGate(config.gates().disagreement(), gateMetrics),
                    new FailuresInARow(config.maxFailuresInARow()),
                    new ScorerMetrics(config.topicPrefix(), registry, gateMetrics));
            loop.subscribe();
            while (!life.isStopping()) {
                loop.turn();
                life.working(!consumer.assignment().isEmpty());
            }
        }
    }

    private Map<String, Object> consumerSettings() {
        return Map.of(
                ConsumerConfig.GROUP_ID_CONFIG,
                config.groupId(),
                ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                config.maxBatchPairs(),
                // A poll hands over what one fetch of each broker brought; the first record of a fetch comes whatever
                // its size.
                ConsumerConfig.FETCH_MAX_BYTES_CONFIG,
                config.maxBatchBytes(),
                ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
                Math.min(KafkaClients.FETCH_BYTES, config.maxBatchBytes()),
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "earliest");
    }

    @Override
    public Lifecycle lifecycle() {
        return life;
    }
}
