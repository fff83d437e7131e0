package io.mdpo.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The life of the service without a broker; what it does with one is tested across the modules. */
class IngestServiceTest {
    @TempDir
    private Path stateDir;

    @Test
    void withoutABrokerItWaitsHealthyButNotReadyAndEndsWhenClosed() throws Exception {
        int port = unusedPort();
        var registry = new SimpleMeterRegistry();
        var service = new IngestService(config(port), registry);
        var running = CompletableFuture.runAsync(() -> {
            try {
                service.run();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });

        assertThat(service.isReady()).isFalse();
        assertThat(service.isHealthy()).isTrue();
        assertThat(registry.get("mdpo.ingest.rejected").counters()).isNotEmpty();
        service.close();
        assertThatCode(() -> running.get(30, TimeUnit.SECONDS)).doesNotThrowAnyException();
        assertThatCode(service::close).doesNotThrowAnyException();
    }

    private static int unusedPort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private IngestConfig config(int port) {
        return IngestConfig.defaults()
                .withTopicPrefix("test")
                .withApplicationId("test-ingest")
                .withKafka(Map.of("bootstrap.servers", "127.0.0.1:" + port))
                .withStateDir(stateDir);
    }
}
