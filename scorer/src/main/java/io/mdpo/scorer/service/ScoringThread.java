package io.mdpo.scorer.service;

import io.mdpo.lifecycle.BoundedEnd;
import io.mdpo.schemas.avro.PreferencePair;
import io.mdpo.scorer.service.ReferenceScorer.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.errors.InterruptException;

/** The one thread that calls the model, so that the thread that owns the consumer stays free to poll. */
final class ScoringThread implements AutoCloseable {
    /** A service that ends in order has no batch at work; one that fails may have one of many large pairs. */
    private static final Duration ENDS_WITHIN = Duration.ofMinutes(5);

    private final ReferenceScorer scorer;
    private final ExecutorService executor =
            Executors.newSingleThreadExecutor(task -> new Thread(task, "mdpo-scorer-model"));

    ScoringThread(ReferenceScorer scorer) {
        this.scorer = scorer;
    }

    /** Scores the pairs, calling {@code meanwhile} every {@code interval} until the outcomes are there. */
    List<Outcome> score(List<PreferencePair> pairs, Duration interval, Runnable meanwhile) {
        var outcomes = executor.submit(() -> scorer.score(pairs));
        while (true) {
            try {
                return outcomes.get(interval.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                meanwhile.run();
            } catch (ExecutionException e) {
                throw new ScoringFailedException(pairs, e.getCause());
            } catch (InterruptedException e) {
                throw new InterruptException(e);
            }
        }
    }

    /**
     * Waits until the model is idle: its memory may be freed after this, and not before.
     *
     * @throws IllegalStateException it is still at work after five minutes
     */
    @Override
    public void close() {
        executor.shutdown();
        BoundedEnd.of(executor, ENDS_WITHIN, "the scoring of a batch");
    }
}
