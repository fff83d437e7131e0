package io.mdpo.ops.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mdpo.lifecycle.State;
import io.mdpo.operator.OperatorException;
import io.mdpo.operator.SettingException;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServiceEndpointsTest {
    private static final String TOKEN = "0123456789abcdef";

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final AtomicReference<State> state = new AtomicReference<>(State.STARTING);
    private final ServiceEndpoints endpoints =
            ServiceEndpoints.start(new HttpConfig("127.0.0.1", 0, Optional.empty()), registry, state::get);
    private final HttpClient client = HttpClient.newHttpClient();

    @AfterEach
    void close() {
        endpoints.close();
    }

    @Test
    void metricsAreInThePrometheusFormat() throws Exception {
        registry.counter("mdpo.pairs").increment(3);
        var response = get("/metrics");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("text/plain; version=0.0.4"));
        assertThat(response.body()).contains("mdpo_pairs_total 3.0");
    }

    @ParameterizedTest
    @CsvSource({
        "STARTING, 200, 503",
        "RUNNING, 200, 200",
        "WAITING, 200, 503",
        "STOPPING, 200, 503",
        "STOPPED, 200, 503",
        "FAILED, 503, 503"
    })
    void healthAndReadinessFollowTheStateAndNameIt(State now, int healthz, int readyz) throws Exception {
        state.set(now);

        assertThat(get("/healthz").statusCode()).isEqualTo(healthz);
        assertThat(get("/readyz").statusCode()).isEqualTo(readyz);
        assertThat(get("/healthz").body()).isEqualTo(now + "\n");
        assertThat(get("/readyz").body()).isEqualTo(now + "\n");
    }

    @Test
    void otherPathsAndMethodsAreRefused() throws Exception {
        assertThat(get("/").statusCode()).isEqualTo(404);
        assertThat(get("/metricsandmore").statusCode()).isEqualTo(404);
        var post = request("/metrics").POST(HttpRequest.BodyPublishers.ofString("x"));
        assertThat(client.send(post.build(), BodyHandlers.ofString()).statusCode())
                .isEqualTo(405);
    }

    @Test
    void portInUseIsAnOperatorsErrorThatNamesTheSetting() {
        var taken = new HttpConfig("127.0.0.1", endpoints.address().getPort(), Optional.empty());
        assertThatThrownBy(() -> ServiceEndpoints.start(taken, registry, state::get))
                .isInstanceOf(OperatorException.class)
                .hasMessageContaining("127.0.0.1:" + taken.port())
                .hasMessageContaining("http.port");
    }

    @Test
    void withATokenOnlyHealthAndReadinessAnswerWithoutIt() throws Exception {
        var config = new HttpConfig("127.0.0.1", 0, Optional.of(TOKEN));
        try (var guarded = ServiceEndpoints.start(config, registry, state::get)) {
            assertThat(status(guarded, "/healthz", "")).isEqualTo(200);
            assertThat(status(guarded, "/readyz", "")).isEqualTo(503);
            for (var path : List.of("/metrics", "/", "/healthz/..", "/metrics/", "/other")) {
                for (var header :
                        List.of("", "Bearer", "Bearer " + TOKEN + "x", "Bearer " + TOKEN.substring(1), TOKEN)) {
                    assertThat(status(guarded, path, header))
                            .as(path + " with " + header)
                            .isEqualTo(401);
                }
            }
            assertThat(status(guarded, "/metrics", "Bearer " + TOKEN)).isEqualTo(200);
            assertThat(status(guarded, "/metrics", "bearer  " + TOKEN)).isEqualTo(200);
            assertThat(status(guarded, "/other", "Bearer " + TOKEN)).isEqualTo(404);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::", "192.168.1.7", "metrics.example", "127.0.0.1.example", "1270.0.0.1"})
    void anAddressThatOthersReachNeedsAToken(String host) {
        assertThatThrownBy(() -> new HttpConfig(host, 0, Optional.empty()))
                .isInstanceOf(SettingException.class)
                .hasMessageStartingWith("host is " + host)
                .hasMessageContaining("http.token");
        assertThat(new HttpConfig(host, 0, Optional.of(TOKEN)).toString()).doesNotContain(TOKEN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "fifteen-letters", "with a space and more", "umläute-are-refused"})
    void aWeakTokenIsRefusedAndNotShown(String token) {
        assertThatThrownBy(() -> new HttpConfig("127.0.0.1", 0, Optional.of(token)))
                .hasMessageStartingWith("token is too short")
                .message()
                .satisfies(message ->
                        assertThat(token.isEmpty() || !message.contains(token)).isTrue());
    }

    private int status(ServiceEndpoints guarded, String path, String authorization) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(guarded.address() + path));
        if (!authorization.isEmpty()) {
            request.header("Authorization", authorization);
        }
        return client.send(request.build(), BodyHandlers.discarding()).statusCode();
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(request(path).GET().build(), BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(endpoints.address() + path));
    }
}
