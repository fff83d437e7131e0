package io.mdpo.lab.chaos;

import io.mdpo.lab.broker.FreePort;
import io.mdpo.lab.demo.Demo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** Broker, ingest, scorer and learner, each in a process of its own, on the bundled model. */
final class PipelineProcesses implements AutoCloseable {
    static final String RUN_ID = "chaos";
    static final int BATCH = 16;
    static final int CHECKPOINT_EVERY = 2;

    private final String bootstrapServers;
    private final Path config;
    private final Path directory;
    private final List<Child> children = new CopyOnWriteArrayList<>();

    /**
     * Starts the broker.
     *
     * @param directory empty; takes the broker's data, the services' state, their configuration and logs
     */
    PipelineProcesses(Path directory, long seed) {
        this.directory = directory;
        int port = FreePort.find();
        bootstrapServers = "127.0.0.1:" + port;
        config = directory.resolve("mdpo.conf");
        try {
            Files.createDirectories(directory);
            Files.writeString(config, configuration(directory, seed));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + config, e);
        }
        // A child outlives a parent that is told to stop.
        Runtime.getRuntime().addShutdownHook(new Thread(this::close, "mdpo-shutdown"));
        start("broker", "--dir", directory.resolve("broker").toString(), "--port", Integer.toString(port));
    }

    /** Starts the services; the topics have to be there. */
    void startServices() {
        for (var service : List.of("ingest", "scorer", "learner")) {
            start(service, "--config", config.toString());
        }
    }

    private void start(String name, String... arguments) {
        children.add(new Child(name, List.of(arguments), directory.resolve(name + ".log")));
    }

    /** Static members come back to their partitions at once, where others wait until the dead one's session has ended. */
    private String configuration(Path directory, long seed) {
        return """
                kafka { bootstrap.servers = "%s", session.timeout.ms = 6000 }
                http.port = 0
                topics { partitions = 1, replication-factor = 1 }
                ingest { state-dir = "%s", kafka { group.instance.id = ingest } }
                scorer {
                  model { path = "%s", device = cpu, threads = 1 }
                  corruption.seed = %d
                  kafka { group.instance.id = scorer }
                }
                learner {
                  model { path = "%s", device = cpu, threads = 1 }
                  run-id = %s, seed = %d, batch-size = %d
                  checkpoint-every-steps = %d, keep-checkpoints = 10000
                  objective.beta = 0.5
                  optimizer.learning-rate = 1e-3
                }
                """.formatted(
                        bootstrapServers,
                        directory.resolve("ingest"),
                        Demo.model(),
                        seed,
                        Demo.model(),
                        RUN_ID,
                        seed,
                        BATCH,
                        CHECKPOINT_EVERY);
    }

    Path config() {
        return config;
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
