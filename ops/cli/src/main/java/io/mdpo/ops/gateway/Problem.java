package io.mdpo.ops.gateway;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jetty.http.HttpStatus;

/**
 * Why a request was not done, as {@code application/problem+json} (RFC 9457).
 *
 * @param detail one sentence: what is wrong and what to do
 * @param path the place in the request's document that is meant, {@code $[2].thumb.up}
 * @param headers of the response
 */
record Problem(int status, String detail, Optional<String> path, Map<String, String> headers) {
    /** Seconds that a client shall wait when the broker is away. */
    private static final int AWAY_SECONDS = 2;

    static Problem of(int status, String detail) {
        return new Problem(status, detail, Optional.empty(), Map.of());
    }

    static Problem at(int status, String path, String detail) {
        return new Problem(status, detail, Optional.of(path), Map.of());
    }

    static Problem unavailable(String detail) {
        return of(HttpStatus.SERVICE_UNAVAILABLE_503, detail).after(AWAY_SECONDS);
    }

    /** The problem, with the seconds after which the request may be made again. */
    Problem after(long seconds) {
        return with("Retry-After", Long.toString(seconds));
    }

    Problem with(String header, String value) {
        var all = new LinkedHashMap<>(headers);
        all.put(header, value);
        return new Problem(status, detail, path, all);
    }

    /** The document. */
    String json() {
        var json = JsonNodeFactory.instance.objectNode();
        json.put("type", "about:blank");
        json.put("title", HttpStatus.getMessage(status));
        json.put("status", status);
        json.put("detail", detail);
        path.ifPresent(place -> json.put("path", place));
        return json.toString();
    }

    ProblemException exception() {
        return new ProblemException(this);
    }

    /** Carries a problem to whoever answers. */
    static final class ProblemException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final transient Problem problem;

        ProblemException(Problem problem) {
            super(problem.detail(), null, false, false);
            this.problem = problem;
        }

        Problem problem() {
            return problem;
        }
    }
}
