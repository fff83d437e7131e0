package io.mdpo.lab.benchmark.mmhal;

import java.io.IOException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.impl.DefaultHttpRequestRetryStrategy;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.util.TimeValue;

/**
 * Asks a busy or broken endpoint again: pauses double from the first one on, up to 30 s, a fifth of each at random, unless
 * {@code Retry-After} says otherwise. Asking a judge twice changes nothing, so a POST is repeated too.
 */
final class PatientRetries extends DefaultHttpRequestRetryStrategy {
    static final int ATTEMPTS = 6;

    private static final Duration LAST_PAUSE = Duration.ofSeconds(30);
    private static final Set<Integer> WORTH_ANOTHER_TRY = Set.of(408, 429, 500, 502, 503, 504, 529);

    private final Duration firstPause;

    PatientRetries(Duration firstPause) {
        super(
                ATTEMPTS - 1,
                TimeValue.of(firstPause),
                List.of(UnknownHostException.class, SSLException.class),
                WORTH_ANOTHER_TRY);
        this.firstPause = firstPause;
    }

    static boolean isWorthAnotherTry(int status) {
        return WORTH_ANOTHER_TRY.contains(status);
    }

    @Override
    protected boolean handleAsIdempotent(HttpRequest request) {
        return true;
    }

    @Override
    public TimeValue getRetryInterval(HttpResponse response, int attempt, HttpContext context) {
        return Optional.ofNullable(response.getFirstHeader(HttpHeaders.RETRY_AFTER))
                .map(header -> header.getValue().strip())
                .filter(seconds -> seconds.matches("\\d{1,3}"))
                .map(seconds -> TimeValue.ofSeconds(Long.parseLong(seconds)))
                .orElseGet(() -> pause(attempt));
    }

    @Override
    public TimeValue getRetryInterval(HttpRequest request, IOException failure, int attempt, HttpContext context) {
        return pause(attempt);
    }

    private TimeValue pause(int attempt) {
        double millis = Math.min((double) LAST_PAUSE.toMillis(), firstPause.toMillis() * Math.pow(2, attempt - 1.0));
        return TimeValue.ofMilliseconds(
                (long) (millis * ThreadLocalRandom.current().nextDouble(0.8, 1.2)));
    }
}
