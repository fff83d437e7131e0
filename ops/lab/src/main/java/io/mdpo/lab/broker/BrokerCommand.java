package io.mdpo.lab.broker;

import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "broker",
        mixinStandardHelpOptions = true,
        description = "Runs a Kafka broker on 127.0.0.1 until it is stopped; for trials, not for production.")
public final class BrokerCommand implements Runnable {
    @Option(
            names = "--dir",
            required = true,
            description = "Folder of the broker's data; it is created, and kept when the broker stops.")
    private Path dir;

    @Option(names = "--port", defaultValue = "9092", description = "Port for clients, 0 for any (${DEFAULT-VALUE}).")
    private int port;

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "Sets one broker setting; can be repeated.")
    private Map<String, String> overrides = Map.of();

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        try (var broker = EmbeddedBroker.start(dir, port, overrides)) {
            Runtime.getRuntime().addShutdownHook(new Thread(broker::close, "shutdown"));
            spec.commandLine().getOut().println(broker.bootstrapServers());
            spec.commandLine().getOut().flush();
            broker.awaitClose();
        }
    }
}
