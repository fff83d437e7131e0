package io.mdpo.ops.gateway;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.thread.Invocable.InvocationType;

/** Reads bodies, bounded in bytes and in time, without a thread that waits. */
final class RequestBody {
    /** The largest body in that time is 400 KiB a second. */
    private static final Duration WITHIN = Duration.ofMinutes(1);

    private RequestBody() {}

    /** Completes with the body, or exceptionally with a {@link Problem.ProblemException}. */
    static CompletableFuture<byte[]> read(Request request, int most) {
        var body = new CompletableFuture<byte[]>();
        Content.Source.asByteArrayAsync(
                request,
                most,
                Promise.Invocable.from(InvocationType.BLOCKING, body::complete, body::completeExceptionally));
        return body.orTimeout(WITHIN.toMillis(), TimeUnit.MILLISECONDS)
                .exceptionallyCompose(failure ->
                        CompletableFuture.failedFuture(problem(failure, most).exception()));
    }

    private static Problem problem(Throwable failure, int most) {
        if (failure instanceof TimeoutException) {
            return Problem.of(
                    HttpStatus.REQUEST_TIMEOUT_408, "the body did not come within %d s".formatted(WITHIN.toSeconds()));
        } else if (failure instanceof IOException) {
            return Problem.of(HttpStatus.BAD_REQUEST_400, "the body did not come to its end");
        }
        // What else a source fails with is that it holds more than was asked for.
        return RequestChecks.tooLarge(most);
    }
}
