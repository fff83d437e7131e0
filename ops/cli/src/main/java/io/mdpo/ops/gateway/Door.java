package io.mdpo.ops.gateway;

import io.mdpo.ingest.encoding.JsonDocument.UnreadableException;
import io.mdpo.ingest.encoding.MisfitException;
import io.mdpo.ops.gateway.Problem.ProblemException;
import io.mdpo.ops.gateway.form.Reading;
import io.mdpo.ops.gateway.form.StandardWebhook.Signed;
import io.mdpo.ops.gateway.form.Submission;
import io.mdpo.ops.gateway.log.Event;
import io.mdpo.ops.gateway.log.EventSink;
import io.mdpo.ops.gateway.log.Receipt;
import io.mdpo.ops.gateway.log.UnavailableException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;

/**
 * What is answered to a request. The order is that of what it costs: path, method, token, rate, type, length, and only then the
 * body; a body is read without a thread that waits for it, and so is its commit waited for.
 */
final class Door {
    static final String OPENAPI = "/openapi.json";

    /** The rate of what is signed counts by this name. */
    private static final String SIGNED = "(signed)";

    /** Largest body of what is signed, which has to be read before anybody has shown that he may send it. */
    private static final int SIGNED_BYTES = 1 << 20;

    private static final int MAX_ID_CHARS = 1_024;

    private final GatewayConfig config;
    private final Map<String, Route> routes;
    private final String openApi;
    private final EventSink sink;
    private final InstantSource clock;
    private final Credentials credentials;
    private final RateLimits rates;
    private final BytesInHand inHand;

    Door(GatewayConfig config, Map<String, Route> routes, String openApi, EventSink sink, InstantSource clock) {
        this.config = config;
        this.routes = Map.copyOf(routes);
        this.openApi = openApi;
        this.sink = sink;
        this.clock = clock;
        this.credentials = new Credentials(config.credentials());
        this.rates = new RateLimits(config.eventsPerSecond(), config.maxBatch());
        this.inHand = new BytesInHand(config.maxBytesInHand());
    }

    /** Whether anything is served at the path. */
    boolean knows(String path) {
        return path.equals(OPENAPI) || routes.containsKey(path);
    }

    /**
     * The answer, in time.
     *
     * @throws ProblemException the request is refused before its body is read
     */
    CompletableFuture<Answer> answer(Request request) {
        var path = Request.getPathInContext(request);
        if (path.equals(OPENAPI)) {
            RequestChecks.method(request, "GET");
            return CompletableFuture.completedFuture(Answer.json(openApi));
        }
        var route = Optional.ofNullable(routes.get(path))
                .orElseThrow(() -> Problem.of(HttpStatus.NOT_FOUND_404, "nothing is served here: see " + OPENAPI)
                        .exception());
        RequestChecks.method(request, "POST");
        var caller = route.signature().isPresent()
                ? SIGNED
                : credentials.admit(request.getHeaders().get("Authorization"));
        rates.spend(caller, 1);
        RequestChecks.json(request);
        int most =
                route.signature().isPresent() ? Math.min(SIGNED_BYTES, config.maxBodyBytes()) : config.maxBodyBytes();
        long reserved = RequestChecks.length(request, most);
        inHand.take(reserved);
        return RequestBody.read(request, most)
                .thenCompose(body -> commit(request, route, caller, ByteBuffer.wrap(body)))
                .whenComplete((answer, failure) -> inHand.giveBack(reserved));
    }

    private CompletableFuture<Answer> commit(Request request, Route route, String caller, ByteBuffer body) {
        var now = clock.instant();
        requireSignature(request, route, body, now);
        var source = caller.equals(SIGNED) ? "" : caller;
        var reading = read(route, new Submission(body, source, now, RecordHeaders.of(request)));
        var events = reading.events();
        if (events.isEmpty()) {
            return CompletableFuture.completedFuture(Answer.of(new Receipt(0, 0), reading.refused()));
        }
        rates.spend(caller, events.size() - 1L);
        return sink.offer(events)
                .orTimeout(config.commitTimeout().toMillis(), TimeUnit.MILLISECONDS)
                .thenApply(receipt -> Answer.of(receipt, reading.refused()));
    }

    private void requireSignature(Request request, Route route, ByteBuffer body, Instant now) {
        if (route.signature().isEmpty()) {
            return;
        }
        var headers = request.getHeaders();
        var signed = new Signed(
                RecordHeaders.orEmpty(headers, "webhook-id"),
                RecordHeaders.orEmpty(headers, "webhook-timestamp"),
                RecordHeaders.orEmpty(headers, "webhook-signature"));
        if (!route.signature().get().isSigned(signed, body, SignedTime.in(body), now)) {
            throw Problem.of(
                            HttpStatus.UNAUTHORIZED_401,
                            "no signature of the webhook fits, or it is too old: check gateway.argilla.secret and the clocks")
                    .with("WWW-Authenticate", "Webhook-Signature")
                    .exception();
        }
    }

    private static Reading read(Route route, Submission submission) {
        try {
            var reading = route.form().read(submission);
            if (reading.events().isEmpty() && !reading.refused().isEmpty()) {
                var first = reading.refused().get(0);
                throw Problem.at(
                                HttpStatus.UNPROCESSABLE_ENTITY_422,
                                first.path(),
                                "no record of the export can be mapped; the first: " + first.reason())
                        .exception();
            }
            if (reading.events().stream().anyMatch(event -> event.size() > Event.MAX_BYTES)) {
                throw Problem.of(
                                HttpStatus.PAYLOAD_TOO_LARGE_413,
                                "an event with its images in place has more than %d bytes: refer to images by uri and sha256"
                                        .formatted(Event.MAX_BYTES))
                        .exception();
            }
            if (reading.events().stream()
                    .anyMatch(event -> event.id().length() > MAX_ID_CHARS
                            || event.interactionId().length() > MAX_ID_CHARS)) {
                throw Problem.of(
                                HttpStatus.UNPROCESSABLE_ENTITY_422,
                                "an id that follows from the document has more than %d characters"
                                        .formatted(MAX_ID_CHARS))
                        .exception();
            }
            return reading;
        } catch (UnreadableException e) {
            throw Problem.of(HttpStatus.BAD_REQUEST_400, e.sentence()).exception();
        } catch (MisfitException e) {
            throw Problem.at(HttpStatus.UNPROCESSABLE_ENTITY_422, e.path(), e.sentence())
                    .exception();
        }
    }

    /** What is answered instead when it went wrong; empty where the fault is ours. */
    static Optional<Problem> problem(Throwable failure) {
        if (failure instanceof ProblemException refused) {
            return Optional.of(refused.problem());
        } else if (failure instanceof UnavailableException) {
            return Optional.of(Problem.unavailable(String.valueOf(failure.getMessage())));
        } else if (failure instanceof TimeoutException) {
            return Optional.of(Problem.unavailable(
                    "the commit takes too long, and may yet succeed: send the same request again, with the same ids"));
        }
        return Optional.empty();
    }
}
