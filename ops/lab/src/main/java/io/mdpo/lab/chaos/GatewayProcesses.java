package io.mdpo.lab.chaos;

import io.mdpo.lab.broker.FreePort;
import io.mdpo.operator.OperatorException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** Broker and gateway, each in a process of its own, each at the same port after every restart. */
final class GatewayProcesses implements AutoCloseable {
    private static final Duration READY_WITHIN = Duration.ofMinutes(2);
    private static final int LOOK_AGAIN_MILLIS = 200;

    private final String bootstrapServers;
    private final int gatewayPort = FreePort.find();
    private final int endpointsPort = FreePort.find();
    private final Path directory;
    private final List<Child> children = new CopyOnWriteArrayList<>();

    /**
     * Starts the broker.
     *
     * @param directory empty; takes the broker's data and the logs
     */
    GatewayProcesses(Path directory) {
        this.directory = directory;
        int port = FreePort.find();
        bootstrapServers = "127.0.0.1:" + port;
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + directory, e);
        }
        // A child outlives a parent that is told to stop.
        Runtime.getRuntime().addShutdownHook(new Thread(this::close, "mdpo-shutdown"));
        start("broker", List.of("--dir", directory.resolve("broker").toString(), "--port", Integer.toString(port)));
    }

    /** Starts the gateway, and waits until it takes events; the topics have to be there. */
    void startGateway() throws InterruptedException {
        start(
                "gateway",
                List.of(
                        "--set=kafka.bootstrap.servers=" + bootstrapServers,
                        "--set=http.port=" + endpointsPort,
                        "--set=gateway.port=" + gatewayPort,
                        "--set=gateway.events-per-second=1000000"));
        var deadline = Instant.now().plus(READY_WITHIN);
        while (!isReady()) {
            if (Instant.now().isAfter(deadline)) {
                throw new OperatorException(
                        "the gateway is not ready after %s: see %s".formatted(READY_WITHIN, directory));
            }
            keepUp();
            Thread.sleep(LOOK_AGAIN_MILLIS);
        }
    }

    private boolean isReady() throws InterruptedException {
        var readyz = HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d/readyz".formatted(endpointsPort)))
                .timeout(Duration.ofSeconds(5))
                .build();
        try {
            return HttpClient.newHttpClient()
                            .send(readyz, HttpResponse.BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException e) {
            return false; // not yet there
        }
    }

    private void start(String name, List<String> arguments) {
        children.add(new Child(name, arguments, directory.resolve(name + ".log")));
    }

    URI feedback() {
        return URI.create("http://127.0.0.1:%d/v1/feedback".formatted(gatewayPort));
    }

    /** Settings of a client. */
    Map<String, String> kafka() {
        return Map.of("bootstrap.servers", bootstrapServers);
    }

    List<Child> children() {
        return List.copyOf(children);
    }

    void keepUp() {
        children.forEach(Child::keepUp);
    }

    @Override
    public void close() {
        children.forEach(Child::stop);
    }
}
