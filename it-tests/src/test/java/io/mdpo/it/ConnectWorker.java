package io.mdpo.it;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mdpo.lab.broker.FreePort;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/** The Kafka Connect worker of {@code ops/connect}, as its recipe starts it, with the addresses of a test. */
final class ConnectWorker {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path home;
    private final Path dir;
    private final Path properties;
    private final Path connector;
    private Process process;

    /**
     * Prepares and starts a worker.
     *
     * @param dir folder for its offsets and what it logs
     * @param settings of the connector, in place of the recipe's
     */
    ConnectWorker(Path dir, String bootstrapServers, Map<String, String> settings) {
        home = Path.of(System.getProperty("mdpo.home"), "connect");
        this.dir = dir;
        properties = dir.resolve("worker.properties");
        connector = dir.resolve("connector.json");
        try {
            write(bootstrapServers, settings);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        process = start();
    }

    private void write(String bootstrapServers, Map<String, String> settings) throws IOException {
        var worker = new Properties();
        try (var in = Files.newBufferedReader(home.resolve("outbox/worker.properties"))) {
            worker.load(in);
        }
        worker.setProperty("bootstrap.servers", bootstrapServers);
        worker.setProperty("listeners", "http://127.0.0.1:" + FreePort.find());
        worker.setProperty(
                "offset.storage.file.filename", dir.resolve("offsets").toString());
        try (var out = Files.newBufferedWriter(properties)) {
            worker.store(out, null);
        }
        var recipe =
                (ObjectNode) JSON.readTree(home.resolve("outbox/connector.json").toFile());
        settings.forEach(recipe.withObject("config")::put);
        JSON.writeValue(connector.toFile(), recipe);
    }

    private Process start() {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var classes = home.resolve("outbox") + File.pathSeparator + home.resolve("target/worker") + "/*";
        try {
            return new ProcessBuilder(List.of(
                            java,
                            "-Xmx256m",
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            classes,
                            "org.apache.kafka.connect.cli.ConnectStandalone",
                            properties.toString(),
                            connector.toString()))
                    .redirectErrorStream(true)
                    .redirectOutput(
                            ProcessBuilder.Redirect.appendTo(dir.resolve("log").toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Kills it, as a machine does that fails. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Starts it again, where it stored its last offset. */
    void restart() {
        process = start();
    }

    String log() throws IOException {
        return Files.readString(dir.resolve("log"));
    }
}
