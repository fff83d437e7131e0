package io.mdpo.lab.chaos;

import io.mdpo.lab.broker.FreePort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** Broker and gateway, each in a process of its own, each at the same port after every restart. */
final class GatewayProcesses implements AutoCloseable {
    private final String bootstrapServers;
    private final int gatewayPort = FreePort.find();
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

    /** Starts the gateway; the topics have to be there. */
    void startGateway() {
        start(
                "gateway",
                List.of(
                        "--set=kafka.bootstrap.servers=" + bootstrapServers,
                        "--set=http.port=0",
                        "--set=gateway.port=" + gatewayPort,
                        "--set=gateway.events-per-second=1000000"));
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
