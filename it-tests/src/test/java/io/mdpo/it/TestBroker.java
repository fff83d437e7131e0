package io.mdpo.it;

import io.mdpo.lab.broker.EmbeddedBroker;
import java.nio.file.Path;
import java.util.Map;
import org.testcontainers.DockerClientFactory;

/**
 * The broker of tests that need no control over it: one in a container where a container engine is there, and else one in
 * this JVM. {@code -Dmdpo.broker=embedded} or {@code =container} decides otherwise.
 *
 * <p>The container is one for all classes and runs to the end, because it takes seconds to start; {@link KafkaFixture} gives
 * each test topics of its own. Tests that stop the broker, choose its listeners or settings, or compare two brokers start an
 * {@link EmbeddedBroker} themselves.
 */
final class TestBroker implements AutoCloseable {
    /** Where many processes share two cores, the controller takes its own broker for dead; nobody restarts this one. */
    private static final Map<String, String> PATIENT = Map.of("broker.session.timeout.ms", "60000");

    private final String bootstrapServers;
    private final Runnable close;

    private TestBroker(String bootstrapServers, Runnable close) {
        this.bootstrapServers = bootstrapServers;
        this.close = close;
    }

    /** @param dir folder for the data of a broker in this JVM */
    static TestBroker start(Path dir) {
        if (inContainer()) {
            ContainerTests.use();
            return new TestBroker(ContainerBroker.shared().address(), () -> {});
        }
        var broker = EmbeddedBroker.start(dir, 0, PATIENT);
        return new TestBroker(broker.bootstrapServers(), broker::close);
    }

    private static boolean inContainer() {
        return switch (System.getProperty("mdpo.broker", "any")) {
            case "embedded" -> false;
            case "container" -> true;
            default -> DockerClientFactory.instance().isDockerAvailable();
        };
    }

    String bootstrapServers() {
        return bootstrapServers;
    }

    @Override
    public void close() {
        close.run();
    }
}
