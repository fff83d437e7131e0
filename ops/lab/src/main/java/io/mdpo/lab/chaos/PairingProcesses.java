package io.mdpo.lab.chaos;

import io.mdpo.lab.broker.FreePort;
import io.mdpo.lab.feedback.FeedbackWaits;
import io.mdpo.schemas.Topic;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A broker and pairing, each in a process of its own. */
final class PairingProcesses implements AutoCloseable {
    static final int PARTITIONS = 3;

    private final String bootstrapServers;
    private final Path config;
    private final Path directory;
    private final Child broker;

    /**
     * Starts the broker.
     *
     * @param directory empty; takes the broker's data, the state, the configuration and logs
     */
    PairingProcesses(Path directory, FeedbackWaits waits) {
        this.directory = directory;
        int port = FreePort.find();
        bootstrapServers = "127.0.0.1:" + port;
        config = directory.resolve("mdpo.conf");
        try {
            Files.createDirectories(directory);
            Files.writeString(config, configuration(waits));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + config, e);
        }
        broker = child("broker", "--dir", directory.resolve("broker").toString(), "--port", Integer.toString(port));
    }

    /** Starts pairing; the topics have to be there. */
    Child startPairing() {
        return child("pairing", "--config", config.toString());
    }

    private Child child(String name, String... arguments) {
        var child = new Child(name, List.of(arguments), directory.resolve(name + ".log"));
        // A child outlives a parent that is told to stop.
        Runtime.getRuntime().addShutdownHook(new Thread(child::stop, "mdpo-shutdown-" + name));
        return child;
    }

    private String configuration(FeedbackWaits waits) {
        return """
                topic-prefix = %s
                kafka { bootstrap.servers = "%s", session.timeout.ms = 6000 }
                http.port = 0
                pairing {
                  settle = %dms, lateness = %dms
                  interaction-wait = %dms, feedback-wait = %dms, partner-wait = %dms
                  rating-gap = %s, unpaired = true
                  state-dir = "%s"
                  kafka { group.instance.id = pairing }
                }
                """.formatted(
                        Topic.DEFAULT_PREFIX,
                        bootstrapServers,
                        waits.settle(),
                        waits.lateness(),
                        waits.interactionWait(),
                        waits.feedbackWait(),
                        waits.partnerWait(),
                        waits.ratingGap(),
                        directory.resolve("pairing"));
    }

    /** Settings of a client. */
    Map<String, String> kafka() {
        return Map.of("bootstrap.servers", bootstrapServers);
    }

    @Override
    public void close() {
        broker.stop();
    }
}
