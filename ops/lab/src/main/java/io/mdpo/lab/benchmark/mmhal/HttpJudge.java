package io.mdpo.lab.benchmark.mmhal;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.mdpo.lab.benchmark.JsonFile;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.http.io.entity.StringEntity;
import org.apache.hc.core5.util.Timeout;

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

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Timeout CONNECT_TIMEOUT = Timeout.ofSeconds(20);
    private static final Timeout ANSWER_TIMEOUT = Timeout.ofMinutes(3);
    private static final int EXCERPT = 300;

    private final CloseableHttpClient client;
    private final URI endpoint;
    private final Optional<String> key;
    private final String model;

    HttpJudge(URI endpoint, Optional<String> key, String model, Duration firstPause) {
        this.endpoint = endpoint;
        this.key = key;
        this.model = model;
        this.client = HttpClients.custom()
                .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                        .setDefaultConnectionConfig(ConnectionConfig.custom()
                                .setConnectTimeout(CONNECT_TIMEOUT)
                                .build())
                        .build())
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setResponseTimeout(ANSWER_TIMEOUT)
                        .build())
                .setRetryStrategy(new PatientRetries(firstPause))
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
        Answer answer;
        try {
            answer = client.execute(
                    request(prompt),
                    response -> new Answer(response.getCode(), EntityUtils.toString(response.getEntity(), UTF_8)));
        } catch (IOException e) {
            throw new JudgeException(
                    "the judge at %s cannot be reached: %s".formatted(place(), withoutKey(String.valueOf(e))));
        }
        if (answer.status() != 200) {
            throw new JudgeException("the judge at %s answered with status %d%s: %s"
                    .formatted(
                            place(),
                            answer.status(),
                            PatientRetries.isWorthAnotherTry(answer.status())
                                    ? " %d times".formatted(PatientRetries.ATTEMPTS)
                                    : "",
                            excerpt(answer.body())));
        }
        return text(answer.body());
    }

    private record Answer(int status, String body) {}

    private ClassicHttpRequest request(String prompt) {
        var body = JsonNodeFactory.instance.objectNode().put("model", model).put("temperature", 0);
        body.putArray("messages").addObject().put("role", "user").put("content", prompt);
        var request = new HttpPost(endpoint);
        request.setEntity(new StringEntity(body.toString(), ContentType.APPLICATION_JSON));
        key.ifPresent(secret -> request.setHeader(HttpHeaders.AUTHORIZATION, "Bearer " + secret));
        return request;
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
