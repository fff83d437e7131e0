package io.mdpo.ingest;

import io.mdpo.ingest.image.ImageReferences;
import io.mdpo.lifecycle.Lifecycle;
import io.mdpo.lifecycle.Service;
import io.mdpo.operator.OperatorException;
import io.mdpo.operator.OutageException;
import io.mdpo.schemas.FailuresInARow.TooManyFailuresException;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads raw preference pairs and writes each, exactly once, as a normalised pair or as a dead letter with a reason.
 *
 * <p>Bad data never stops the service. What does, a missing topic or a bug, is not retried here: {@link #run()} throws,
 * health turns false, and no offset has moved past what was not written. The counters {@code mdpo.ingest.pairs} and
 * {@code mdpo.ingest.rejected} (by {@code reason}) stand outside the transactions: after a crash some records are
 * counted again.
 */
public final class IngestService implements Service {
    private static final Logger LOG = LoggerFactory.getLogger(IngestService.class);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(30);

    private final ImageReferences references;
    private final KafkaStreams streams;
    private final KafkaStreamsMetrics streamsMetrics;
    private final Lifecycle life = new Lifecycle();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    /** Wires the service; nothing is read before {@link #run()}. */
    public IngestService(IngestConfig config, MeterRegistry registry) {
        var properties = new Properties();
        properties.putAll(StreamsSettings.of(config));
        references = config.openImageReferences();
        streams = new KafkaStreams(IngestTopology.of(config, references, new IngestMetrics(registry)), properties);
        streams.setUncaughtExceptionHandler(this::fail);
        streams.setStateListener((now, before) -> {
            LOG.atInfo().addKeyValue("from", before).addKeyValue("to", now).log("ingest changed its state");
            switch (now) {
                case RUNNING, REBALANCING -> life.working(now == KafkaStreams.State.RUNNING);
                case ERROR, NOT_RUNNING -> life.stop();
                default -> {}
            }
        });
        streamsMetrics = new KafkaStreamsMetrics(streams);
        streamsMetrics.bindTo(registry);
    }

    /**
     * Works until it is told to end; then finishes the running transaction and leaves the group.
     *
     * @throws IllegalStateException when the service failed; the cause says why
     * @throws TooManyFailuresException too many pairs in a row failed
     * @throws OutageException the schema registry is down, or refuses what is asked of it
     * @throws InterruptedException when the calling thread is interrupted; the service is closed then
     */
    @Override
    public void run() throws InterruptedException {
        life.run(this::work);
    }

    private void work() throws InterruptedException {
        try {
            streams.start();
            life.awaitStop();
        } finally {
            closeStreams();
        }
        var cause = failure.get();
        for (var at = cause; at != null; at = at.getCause()) {
            if (at instanceof TooManyFailuresException || at instanceof OutageException) {
                throw (OperatorException) at;
            }
        }
        if (cause != null) {
            throw new IllegalStateException(
                    "ingest stopped, and no offset moved past the failure: " + cause.getMessage(), cause);
        }
    }

    private void closeStreams() {
        if (!streams.close(CLOSE_TIMEOUT)) {
            LOG.atWarn().addKeyValue("timeout", CLOSE_TIMEOUT).log("ingest did not stop in time");
        }
        streamsMetrics.close();
        references.close();
    }

    @Override
    public Lifecycle lifecycle() {
        return life;
    }

    /** Ends the service, and frees it where it never ran. */
    @Override
    public void close() {
        Service.super.close();
        closeStreams();
    }

    private StreamThreadExceptionResponse fail(Throwable cause) {
        failure.compareAndSet(null, cause);
        LOG.atError().setCause(cause).log("ingest failed");
        life.stop();
        return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }
}
