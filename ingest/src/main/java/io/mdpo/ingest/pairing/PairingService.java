package io.mdpo.ingest.pairing;

import io.mdpo.ingest.StreamsSettings;
import io.mdpo.lifecycle.Lifecycle;
import io.mdpo.lifecycle.Service;
import io.mdpo.schemas.FailuresInARow.TooManyFailuresException;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads what products saw and what people thought of it, and writes preference pairs, and for each feedback, exactly once,
 * where it ended.
 *
 * <p>Bad data never stops the service. What does is not retried here: {@link #run()} throws, health turns false, and no
 * offset has moved past what was not written. The counters {@code mdpo.pairing.*} stand outside the transactions: after a
 * crash some things are counted again.
 */
public final class PairingService implements Service {
    private static final Logger LOG = LoggerFactory.getLogger(PairingService.class);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(30);

    private final PairingConfig config;
    private final MeterRegistry registry;
    private final Lifecycle life = new Lifecycle();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    /** Nothing is read before {@link #run()}. */
    public PairingService(PairingConfig config, MeterRegistry registry) {
        this.config = config;
        this.registry = registry;
    }

    /**
     * Works until it is told to end; then finishes the running transaction and leaves the group.
     *
     * @throws io.mdpo.operator.OperatorException a topic is missing or the two have not the same number of partitions
     * @throws IllegalStateException when the service failed; the cause says why
     * @throws TooManyFailuresException too many records in a row failed
     * @throws InterruptedException when the calling thread is interrupted; the service is closed then
     */
    @Override
    public void run() throws InterruptedException {
        life.run(this::work);
    }

    private void work() throws InterruptedException {
        var partitions = Partitions.await(config, life);
        if (partitions.isEmpty()) {
            return;
        }
        var properties = new Properties();
        properties.putAll(settings(config));
        var streams =
                new KafkaStreams(PairingTopology.of(config, Storage.DISK, partitions.getAsInt(), registry), properties);
        try (var metrics = new KafkaStreamsMetrics(streams)) {
            metrics.bindTo(registry);
            streams.setUncaughtExceptionHandler(this::fail);
            streams.setStateListener((now, before) -> changed(now, before));
            streams.start();
            life.awaitStop();
        } finally {
            if (!streams.close(CLOSE_TIMEOUT)) {
                LOG.atWarn().addKeyValue("timeout", CLOSE_TIMEOUT).log("pairing did not stop in time");
            }
        }
        throwFailure();
    }

    static Map<String, Object> settings(PairingConfig config) {
        return StreamsSettings.of(
                config.applicationId(),
                config.stateDir(),
                config.kafka(),
                Map.of(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, BoundedRocksDb.class));
    }

    private void changed(KafkaStreams.State now, KafkaStreams.State before) {
        LOG.atInfo().addKeyValue("from", before).addKeyValue("to", now).log("pairing changed its state");
        switch (now) {
            case RUNNING, REBALANCING -> life.working(now == KafkaStreams.State.RUNNING);
            case ERROR, NOT_RUNNING -> life.stop();
            default -> {}
        }
    }

    private void throwFailure() {
        var cause = failure.get();
        for (var at = cause; at != null; at = at.getCause()) {
            if (at instanceof TooManyFailuresException tooMany) {
                throw tooMany;
            }
        }
        if (cause != null) {
            throw new IllegalStateException(
                    "pairing stopped, and no offset moved past the failure: " + cause.getMessage(), cause);
        }
    }

    @Override
    public Lifecycle lifecycle() {
        return life;
    }

    private StreamThreadExceptionResponse fail(Throwable cause) {
        failure.compareAndSet(null, cause);
        LOG.atError().setCause(cause).log("pairing failed");
        life.stop();
        return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }
}
