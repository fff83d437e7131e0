package io.mdpo.it;

import io.mdpo.lab.broker.FreePort;
import io.mdpo.schemas.Topic;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * Kafka in a container: the public image, or the one that {@code MDPO_KAFKA_IMAGE} names. With {@code MDPO_KAFKA_NETWORK}
 * set to {@code host} the container shares the network of this machine and listens on loopback alone, for engines that have
 * no bridge.
 */
final class ContainerBroker extends KafkaContainer {
    private static final Map<String, String> SETTINGS = Map.of(
            "message.max.bytes", Integer.toString(Topic.MAX_RECORD_BYTES),
            "auto.create.topics.enable", "false",
            "default.replication.factor", "1",
            "min.insync.replicas", "1",
            "transaction.state.log.num.partitions", "1",
            "share.coordinator.state.topic.replication.factor", "1",
            "share.coordinator.state.topic.min.isr", "1");

    private static @Nullable ContainerBroker shared;

    private final int port;

    private ContainerBroker(String image, boolean hostNetwork) {
        super(DockerImageName.parse(image).asCompatibleSubstituteFor("apache/kafka"));
        port = hostNetwork ? FreePort.find() : 0;
        SETTINGS.forEach((name, value) ->
                withEnv("KAFKA_" + name.toUpperCase(Locale.ROOT).replace('.', '_'), value));
        if (hostNetwork) {
            listenOnLoopback();
        }
    }

    /** The container of this JVM, started at the first call. */
    static synchronized ContainerBroker shared() {
        if (shared == null) {
            var image = System.getenv()
                    .getOrDefault("MDPO_KAFKA_IMAGE", "apache/kafka:" + System.getProperty("mdpo.kafka.version"));
            shared = new ContainerBroker(image, "host".equals(System.getenv("MDPO_KAFKA_NETWORK")));
            shared.start();
        }
        return Objects.requireNonNull(shared);
    }

    static synchronized void stopShared() {
        if (shared != null) {
            shared.stop();
            shared = null;
        }
    }

    /** Value for the clients' {@code bootstrap.servers}. */
    String address() {
        return getBootstrapServers().replace("PLAINTEXT://", "");
    }

    /** The listener between brokers stays on its port, which the base class advertises. */
    private void listenOnLoopback() {
        int controller = FreePort.find();
        withNetworkMode("host");
        setExposedPorts(List.of());
        withCreateContainerCmdModifier(command -> command.withHostName("localhost"));
        withEnv(
                "KAFKA_LISTENERS",
                "PLAINTEXT://127.0.0.1:%d,BROKER://127.0.0.1:9093,CONTROLLER://127.0.0.1:%d"
                        .formatted(port, controller));
        withEnv("KAFKA_CONTROLLER_QUORUM_VOTERS", "1@127.0.0.1:" + controller);
        // The default waits for ports that no engine maps here.
        setWaitStrategy(Wait.forLogMessage(".*Kafka Server started.*", 1).withStartupTimeout(Duration.ofMinutes(2)));
    }

    @Override
    public Integer getMappedPort(int original) {
        return port == 0 ? super.getMappedPort(original) : Integer.valueOf(port);
    }

    @Override
    public String getHost() {
        return port == 0 ? super.getHost() : "127.0.0.1";
    }
}
