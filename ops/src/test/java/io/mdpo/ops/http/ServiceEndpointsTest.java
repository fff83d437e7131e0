package io.mdpo.ops.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mdpo.ops.OperatorException;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ServiceEndpointsTest {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final AtomicBoolean healthy = new AtomicBoolean(true);
    private final AtomicBoolean ready = new AtomicBoolean();
    private final ServiceEndpoints endpoints =
            ServiceEndpoints.start(new HttpConfig("127.0.0.1", 0), registry, healthy::get, ready::get);
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

    @Test
    void healthAndReadinessFollowTheService() throws Exception {
        assertThat(get("/healthz").statusCode()).isEqualTo(200);
        assertThat(get("/readyz").statusCode()).isEqualTo(503);
        healthy.set(false);
        ready.set(true);
        assertThat(get("/healthz").statusCode()).isEqualTo(503);
        assertThat(get("/readyz").statusCode()).isEqualTo(200);
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
        var taken = new HttpConfig("127.0.0.1", endpoints.address().getPort());
        assertThatThrownBy(() -> ServiceEndpoints.start(taken, registry, healthy::get, ready::get))
                .isInstanceOf(OperatorException.class)
                .hasMessageContaining("127.0.0.1:" + taken.port())
                .hasMessageContaining("http.port");
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(request(path).GET().build(), BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(endpoints.address() + path));
    }
}
