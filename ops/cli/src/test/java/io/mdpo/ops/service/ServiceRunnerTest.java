package io.mdpo.ops.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.mdpo.lifecycle.Lifecycle;
import io.mdpo.lifecycle.Service;
import io.mdpo.lifecycle.ServiceGroup;
import io.mdpo.lifecycle.State;
import io.mdpo.operator.OperatorException;
import io.mdpo.ops.http.HttpConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class ServiceRunnerTest {
    private final SlowToLoad service = new SlowToLoad();
    private final ServiceKind<NoConfig> kind = new ServiceKind<>(
            "slow",
            "Loads for long.",
            NoConfig.class,
            config -> Map.of("bootstrap.servers", "127.0.0.1:1"),
            (config, registry) -> service);

    /** The section of a service without settings. */
    record NoConfig() {}

    @Test
    void probesAreAnsweredWhileTheModelIsLoaded() throws Exception {
        var port = freePort();
        var run = ServiceGroup.inThread("runner", () -> run(port));

        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(get(port, "/readyz").body()).isEqualTo("STARTING\n"));
        assertThat(get(port, "/readyz").statusCode()).isEqualTo(503);
        assertThat(get(port, "/healthz").statusCode()).isEqualTo(200);

        service.loaded.countDown();
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(
                        () -> assertThat(get(port, "/readyz").statusCode()).isEqualTo(200));
        service.lifecycle().stop();
        run.get(1, TimeUnit.MINUTES);
    }

    @Test
    void aPortInUseEndsTheProcessBeforeAnythingIsLoaded() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatExceptionOfType(OperatorException.class)
                    .isThrownBy(() -> run(taken.getLocalPort()))
                    .withMessageContaining("http.port");
        }

        assertThat(service.lifecycle().state()).isEqualTo(State.STOPPED);
        assertThat(service.begun).isFalse();
    }

    private void run(int port) throws InterruptedException {
        ServiceRunner.run(
                kind, new NoConfig(), new HttpConfig("127.0.0.1", port, Optional.empty()), ServiceConfig.defaults());
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static HttpResponse<String> get(int port, String path) throws Exception {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
        return HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString());
    }

    /** Works once it is told that its model is there. */
    private static final class SlowToLoad implements Service {
        private final Lifecycle life = new Lifecycle();
        private final CountDownLatch loaded = new CountDownLatch(1);
        private volatile boolean begun;

        @Override
        public Lifecycle lifecycle() {
            return life;
        }

        @Override
        public void run() throws InterruptedException {
            life.run(() -> {
                begun = true;
                loaded.await();
                life.working(true);
                life.awaitStop();
            });
        }
    }
}
