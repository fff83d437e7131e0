package io.mdpo.lab.benchmark.mmhal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeException;
import dev.failsafe.RetryPolicy;
import io.mdpo.lab.benchmark.JsonFile;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A judge behind an endpoint that speaks OpenAI's {@code POST /chat/completions}. When the endpoint is busy (429) or broken
 * (5xx), or the connection fails, it is asked again, later each time, or when {@code Retry-After} says. The key is sent and
 * never shown.
 */
public final class HttpJudge implements Judge {
    /** Where the endpoint is: the address that {@code /chat/completions} follows. */
    public static final String URL_VARIABLE = "MDPO_JUDGE_URL";

    /** The key, if the endpoint wants one. */
    public static final String KEY_VARIABLE = "MDPO_JUDGE_KEY";

    private static final int ATTEMPTS = 6;
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LAST_PAUSE = Duration.ofSeconds(30);
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(20);
    private static final Duration ANSWER_TIMEOUT = Duration.ofMinutes(3);
    private static final int EXCERPT = 300;

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(CONNECT_TIMEOUT).build();
    private final URI endpoint;
    private final Optional<String> key;
    private final String model;
    private final RetryPolicy<HttpResponse<String>> retries;

    HttpJudge(URI endpoint, Optional<String> key, String model, Duration firstPause) {
        this.endpoint = endpoint;
        this.key = key;
        this.model = model;
        this.retries = RetryPolicy.<HttpResponse<String>>builder()
                .handle(IOException.class)
                .handleResultIf(response -> worthAnotherTry(response.statusCode()))
                .withBackoff(firstPause, LAST_PAUSE)
                .withJitter(0.2)
                .withDelayFn(context -> retryAfter(context.getLastResult()))
                .withMaxAttempts(ATTEMPTS)
                .build();
    }

    /**
     * A judge at the address in {@value #URL_VARIABLE}, with the key in {@value #KEY_VARIABLE} if there is one.
     *
     * @param environment of the process
     * @throws JudgeException a variable is missing or wrong
     */
    public static HttpJudge of(Map<String, String> environment, String model) {
        var url = environment.getOrDefault(URL_VARIABLE, "").strip();
        if (url.isEmpty()) {
            throw new JudgeException(
                    "MMHal-Bench needs a judge: set %s to the address of an endpoint that speaks OpenAI's protocol, such as"
                                    .formatted(URL_VARIABLE)
                            + " http://localhost:8000/v1, and %s to its key if it wants one".formatted(KEY_VARIABLE));
        }
        var key = environment.getOrDefault(KEY_VARIABLE, "").strip();
        if (!key.chars().allMatch(c -> c > ' ' && c < 127)) {
            throw new JudgeException(KEY_VARIABLE + " holds characters that no key has");
        }
        return new HttpJudge(completions(url), Optional.of(key).filter(k -> !k.isEmpty()), model, FIRST_PAUSE);
    }

    private static URI completions(String url) {
        try {
            var base = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
            var uri = new URI(base.endsWith("/chat/completions") ? base : base + "/chat/completions");
            if (uri.getHost() != null && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // Said below.
        }
        throw new JudgeException(URL_VARIABLE + " is no http or https address");
    }

    @Override
    public String model() {
        return model;
    }

    @Override
    public String review(String prompt) {
        var request = request(prompt);
        HttpResponse<String> response;
        try {
            response = Failsafe.with(retries).get(() -> client.send(request, BodyHandlers.ofString()));
        } catch (FailsafeException e) {
            if (e.getCause() instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            throw new JudgeException("the judge at %s cannot be reached: %s"
                    .formatted(place(), withoutKey(String.valueOf(e.getCause()))));
        }
        if (response.statusCode() != 200) {
            throw new JudgeException("the judge at %s answered with status %d%s: %s"
                    .formatted(
                            place(),
                            response.statusCode(),
                            worthAnotherTry(response.statusCode()) ? " %d times".formatted(ATTEMPTS) : "",
                            excerpt(response.body())));
        }
        return text(response.body());
    }

    private HttpRequest request(String prompt) {
        var body = JsonNodeFactory.instance.objectNode().put("model", model).put("temperature", 0);
        body.putArray("messages").addObject().put("role", "user").put("content", prompt);
        var request = HttpRequest.newBuilder(endpoint)
                .timeout(ANSWER_TIMEOUT)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body.toString()));
        key.ifPresent(secret -> request.header("Authorization", "Bearer " + secret));
        return request.build();
    }

    private String text(String body) {
        try {
            var content = JsonFile.MAPPER
                    .readTree(body)
                    .path("choices")
                    .path(0)
                    .path("message")
                    .path("content");
            if (content.isTextual()) {
                return content.textValue();
            }
        } catch (JsonProcessingException e) {
            // Said below.
        }
        throw new JudgeException("the judge at %s answered with something other than a chat completion: %s"
                .formatted(place(), excerpt(body)));
    }

    private static boolean worthAnotherTry(int status) {
        return status == 429 || status == 408 || status >= 500;
    }

    /** What the endpoint asks for; a negative time leaves the pause to the policy. */
    private static Duration retryAfter(@Nullable HttpResponse<String> response) {
        return Optional.ofNullable(response)
                .flatMap(r -> r.headers().firstValue("Retry-After"))
                .filter(seconds -> seconds.matches("\\d{1,3}"))
                .map(seconds -> Duration.ofSeconds(Long.parseLong(seconds)))
                .orElse(Duration.ofSeconds(-1));
    }

    /** Without user and query, which may hold secrets. */
    private String place() {
        return endpoint.getScheme() + "://" + endpoint.getHost()
                + (endpoint.getPort() < 0 ? "" : ":" + endpoint.getPort());
    }

    private String excerpt(String body) {
        var line = withoutKey(body).replaceAll("\\s+", " ").strip();
        return line.length() > EXCERPT ? line.substring(0, EXCERPT) + " ..." : line;
    }

    private String withoutKey(String text) {
        return key.map(secret -> text.replace(secret, "***")).orElse(text);
    }
}
