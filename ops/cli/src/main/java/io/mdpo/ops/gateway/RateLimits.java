package io.mdpo.ops.gateway;

import io.github.bucket4j.Bucket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.http.HttpStatus;

/** How much each caller may send: a bucket of events that is filled again all the time. */
final class RateLimits {
    /** So much of the long run may come at once. */
    private static final int BURST_SECONDS = 10;

    private final long perSecond;
    private final long capacity;
    private final Map<String, Bucket> buckets = new ConcurrentHashMap<>();

    /** @param maxBatch what fits into one request fits into a bucket */
    RateLimits(int perSecond, int maxBatch) {
        this.perSecond = perSecond;
        this.capacity = Math.max((long) perSecond * BURST_SECONDS, maxBatch);
    }

    /**
     * Takes what some events cost.
     *
     * @param caller one of the configured names, so that there are no more buckets than names
     * @throws Problem.ProblemException the caller has sent too much
     */
    void spend(String caller, long events) {
        var bucket = buckets.computeIfAbsent(caller, name -> Bucket.builder()
                .addLimit(limit -> limit.capacity(capacity).refillGreedy(perSecond, Duration.ofSeconds(1)))
                .build());
        var probe = bucket.tryConsumeAndReturnRemaining(Math.min(Math.max(events, 1), capacity));
        if (!probe.isConsumed()) {
            long seconds = Duration.ofNanos(probe.getNanosToWaitForRefill()).toSeconds() + 1;
            throw Problem.of(
                            HttpStatus.TOO_MANY_REQUESTS_429,
                            "more than %d events a second: send the same request again later".formatted(perSecond))
                    .after(seconds)
                    .exception();
        }
    }
}
