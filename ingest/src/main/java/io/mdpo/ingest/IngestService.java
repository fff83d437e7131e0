package io.mdpo.ingest;

import io.mdpo.ingest.image.ImageReferences;
import io.mdpo.schemas.FailuresInARow.TooManyFailuresException;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
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
public final class IngestService implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(IngestService.class);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(30);

    private final ImageReferences references;
    private final KafkaStreams streams;
    private final KafkaStreamsMetrics streamsMetrics;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private boolean closing; // guarded by this

    /** Wires the service; nothing is read before {@link #run()}. */
    public IngestService(IngestConfig config, MeterRegistry registry) {
        var properties = new Properties();
        properties.putAll(StreamsSettings.of(config));
        references = config.openImageReferences();
        streams = new KafkaStreams(IngestTopology.of(config, references, new IngestMetrics(registry)), properties);
        streams.setUncaughtExceptionHandler(this::fail);
        streams.setStateListener((now, before) -> {
            LOG.atInfo().addKeyValue("from", before).addKeyValue("to", now).log("ingest changed its state");
            if (now == KafkaStreams.State.ERROR || now == KafkaStreams.State.NOT_RUNNING) {
                ended.countDown();
            }
        });
        streamsMetrics = new KafkaStreamsMetrics(streams);
        streamsMetrics.bindTo(registry);
    }

    /**
     * Works until {@link #close()} is called from another thread.
     *
     * @throws IllegalStateException when the service failed; the cause says why
     * @throws TooManyFailuresException too many pairs in a row failed
     * @throws InterruptedException when the calling thread is interrupted; the service is closed then
     */
    public void run() throws InterruptedException {
        try (this) {
            startUnlessClosed();
            ended.await();
        }
        var cause = failure.get();
        for (var at = cause; at != null; at = at.getCause()) {
            if (at instanceof TooManyFailuresException tooMany) {
                throw tooMany;
            }
        }
        if (cause != null) {
            throw new IllegalStateException(
                    "ingest stopped, and no offset moved past the failure: " + cause.getMessage(), cause);
        }
    }

    /** Streams that were closed refuse to start, and closing may come first. */
    private synchronized void startUnlessClosed() {
        if (!closing) {
            streams.start();
        }
    }

    private synchronized void startNoMore() {
        closing = true;
    }

    /** Whether partitions are assigned and restored, so that records flow. */
    public boolean isReady() {
        return streams.state() == KafkaStreams.State.RUNNING;
    }

    /** Whether nothing failed so far; false calls for a restart. */
    public boolean isHealthy() {
        return failure.get() == null && streams.state() != KafkaStreams.State.ERROR;
    }

    /** Finishes the running transaction and leaves the group; a second call does nothing. */
    @Override
    public void close() {
        startNoMore();
        if (!streams.close(CLOSE_TIMEOUT)) {
            LOG.atWarn().addKeyValue("timeout", CLOSE_TIMEOUT).log("ingest did not stop in time");
        }
        streamsMetrics.close();
        references.close();
        ended.countDown();
    }

    private StreamThreadExceptionResponse fail(Throwable cause) {
        failure.compareAndSet(null, cause);
        LOG.atError().setCause(cause).log("ingest failed");
        return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }
}
