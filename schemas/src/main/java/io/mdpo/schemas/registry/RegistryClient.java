package io.mdpo.schemas.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.mdpo.operator.OutageException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.errors.InterruptException;

/**
 * Asks a registry that speaks Confluent's REST API, whoever made it. A registry that is down, or says that it is busy, is asked
 * again for a while; then, or where it refuses the request, an {@link OutageException} says so.
 */
final class RegistryClient {
    /** Longest body of an answer: schemas have some kilobytes. */
    private static final int MAX_BYTES = 256 << 10;

    private static final Duration REQUEST = Duration.ofSeconds(10);
    private static final Duration PAUSE = Duration.ofMillis(500);

    /** The registry's own codes for a subject, version or schema that is not there; another 404 is a wrong URL. */
    private static final Set<Integer> NOT_FOUND = Set.of(40401, 40402, 40403);

    private static final ObjectMapper JSON = new ObjectMapper();

    private final RegistrySettings settings;
    private final HttpClient http;

    RegistryClient(RegistrySettings settings) {
        this.settings = settings;
        var client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(REQUEST);
        settings.tls().ifPresent(client::sslContext);
        this.http = client.build();
    }

    /** What is at a path; empty where the registry says that it has no such thing. */
    Optional<JsonNode> get(String path) {
        return ask(path, "GET", BodyPublishers.noBody());
    }

    /** The answer to a JSON object sent to a path. */
    Optional<JsonNode> post(String path, JsonNode body) {
        return ask(path, "POST", BodyPublishers.ofString(body.toString()));
    }

    private Optional<JsonNode> ask(String path, String method, BodyPublisher body) {
        long start = System.nanoTime();
        for (int attempt = 0; ; attempt++) {
            var url = URI.create(settings.urls().get(attempt % settings.urls().size()) + path);
            String failure;
            try {
                var response = send(request(url, method, body));
                if (!isBusy(response.statusCode())) {
                    return answer(url, response);
                }
                failure = "status " + response.statusCode();
            } catch (IOException e) {
                failure = e.getClass().getSimpleName()
                        + Optional.ofNullable(e.getMessage()).map(m -> ": " + m).orElse("");
            }
            if (System.nanoTime() - start > settings.patience().toNanos()) {
                throw new OutageException(
                        ("the schema registry has not answered for %d s, lastly at %s (%s): start it, or correct kafka.%s; no "
                                        + "record was refused for it")
                                .formatted(settings.patience().toSeconds(), url, failure, RegistrySettings.URL));
            }
            pause();
        }
    }

    private HttpRequest request(URI url, String method, BodyPublisher body) {
        var request = HttpRequest.newBuilder(url)
                .method(method, body)
                .header("Accept", "application/vnd.schemaregistry.v1+json, application/json")
                .header("Content-Type", "application/vnd.schemaregistry.v1+json");
        settings.authorization().ifPresent(value -> request.header("Authorization", value));
        return request.build();
    }

    /** The wait covers the body too, which the client's own timeout does not. */
    private HttpResponse<byte[]> send(HttpRequest request) throws IOException {
        var response = http.sendAsync(request, info -> new LimitedBody(MAX_BYTES));
        try {
            return response.get(REQUEST.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException failure ? failure : new IOException(e.getCause());
        } catch (TimeoutException e) {
            response.cancel(true);
            throw new IOException("no answer within %d s".formatted(REQUEST.toSeconds()), e);
        } catch (InterruptedException e) {
            response.cancel(true);
            throw new InterruptException(e);
        }
    }

    private static boolean isBusy(int status) {
        return status == 429 || status >= 500;
    }

    private static Optional<JsonNode> answer(URI url, HttpResponse<byte[]> response) {
        var body = json(response.body());
        if (response.statusCode() == 200 && body.isObject()) {
            return Optional.of(body);
        }
        if (response.statusCode() == 404
                && NOT_FOUND.contains(body.path("error_code").asInt())) {
            return Optional.empty();
        }
        throw new OutageException(
                "the schema registry answers %s with status %d%s: see that kafka.%s is the URL of Confluent's API "
                                .formatted(url, response.statusCode(), message(body), RegistrySettings.URL)
                        + "(Apicurio's ends in /apis/ccompat/v7) and that the login may do this");
    }

    private static String message(JsonNode body) {
        var message = body.path("message").asText();
        return message.isEmpty() ? "" : " (" + message.substring(0, Math.min(200, message.length())) + ")";
    }

    private static JsonNode json(byte[] body) {
        try {
            return JSON.readTree(body);
        } catch (IOException e) {
            return MissingNode.getInstance();
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }
}
