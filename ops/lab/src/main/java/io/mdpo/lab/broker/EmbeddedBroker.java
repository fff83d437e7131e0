package io.mdpo.lab.broker;

import io.mdpo.lifecycle.BoundedEnd;
import io.mdpo.operator.OperatorException;
import io.mdpo.schemas.Topic;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/**
 * One Kafka node, broker and KRaft controller in one, in this JVM and on the loopback interface. Its folder holds all
 * state: a node started again on the folder has the same topics, records and committed offsets.
 *
 * <p>This is the one class that knows Kafka's server internals, which have no compatibility promise.
 */
public final class EmbeddedBroker implements AutoCloseable {
    private static final String HOST = "127.0.0.1";
    private static final int NODE_ID = 1;

    /** Kafka itself waits five minutes for the controller's consent alone, and in places without a bound. */
    private static final Duration STOPS_WITHIN = Duration.ofMinutes(2);

    private final Path dir;
    private final FolderLock lock;
    private final KafkaRaftServer server;
    private final int port;

    private EmbeddedBroker(Path dir, FolderLock lock, KafkaRaftServer server, int port) {
        this.dir = dir;
        this.lock = lock;
        this.server = server;
        this.port = port;
    }

    /**
     * Starts a node and returns when it serves clients.
     *
     * @param dir folder of the node's data, created and formatted if it is new
     * @param port port for clients on 127.0.0.1; 0 takes a free one
     * @param overrides broker settings that replace the ones chosen here
     * @throws OperatorException if the port is taken, or the folder is in use or cannot be written
     */
    public static EmbeddedBroker start(Path dir, int port, Map<String, String> overrides) {
        int clientPort = bindable(port);
        var settings = settings(dir, clientPort, FreePort.find());
        settings.putAll(overrides);
        var lock = lock(dir);
        try {
            return new EmbeddedBroker(dir, lock, started(dir, settings), clientPort);
        } catch (RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private static FolderLock lock(Path dir) {
        try {
            return FolderLock.take(Files.createDirectories(dir));
        } catch (IOException e) {
            throw failed(dir, e);
        }
    }

    private static KafkaRaftServer started(Path dir, Properties settings) {
        KafkaRaftServer server;
        try {
            formatIfNew(dir);
            server = new KafkaRaftServer(KafkaConfig.fromProps(settings), Time.SYSTEM);
        } catch (Exception e) {
            throw failed(dir, e);
        }
        try {
            server.startup();
        } catch (RuntimeException e) {
            stop(dir, server);
            throw failed(dir, e);
        }
        return server;
    }

    /** Value for the clients' {@code bootstrap.servers}. */
    public String bootstrapServers() {
        return HOST + ":" + port;
    }

    /** Blocks until the node has stopped. */
    public void awaitClose() {
        server.awaitShutdown();
    }

    /**
     * Stops the node in order, so that the next start needs no recovery.
     *
     * @throws IllegalStateException it has not stopped after two minutes; only the end of the process frees its folder then
     */
    @Override
    public void close() {
        stop(dir, server);
        lock.close();
    }

    private static void stop(Path dir, KafkaRaftServer server) {
        BoundedEnd.of(
                () -> {
                    server.shutdown();
                    // Who closes at the same time as another waits for the other.
                    server.awaitShutdown();
                },
                STOPS_WITHIN,
                "the broker on the folder " + dir);
    }

    private static Properties settings(Path dir, int port, int controllerPort) {
        var settings = new Properties();
        settings.putAll(Map.of(
                "process.roles",
                "broker,controller",
                "node.id",
                Integer.toString(NODE_ID),
                // A static quorum, because then the controller's port may differ from one start to the next.
                "controller.quorum.voters",
                NODE_ID + "@" + HOST + ":" + controllerPort,
                "controller.listener.names",
                "CONTROLLER",
                "listeners",
                "PLAINTEXT://%s:%d,CONTROLLER://%s:%d".formatted(HOST, port, HOST, controllerPort),
                "advertised.listeners",
                "PLAINTEXT://%s:%d".formatted(HOST, port),
                "listener.security.protocol.map",
                "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
                "log.dirs",
                dir.toString(),
                "auto.create.topics.enable",
                "false"));
        for (var internal : List.of(
                "offsets.topic.num.partitions",
                "offsets.topic.replication.factor",
                "transaction.state.log.num.partitions",
                "transaction.state.log.replication.factor",
                "transaction.state.log.min.isr",
                "share.coordinator.state.topic.num.partitions",
                "share.coordinator.state.topic.replication.factor",
                "share.coordinator.state.topic.min.isr",
                "default.replication.factor",
                "min.insync.replicas")) {
            settings.put(internal, "1");
        }
        settings.putAll(Map.of(
                "message.max.bytes", Integer.toString(Topic.MAX_RECORD_BYTES),
                "group.initial.rebalance.delay.ms", "0",
                // A restarted node waits for the session of its former self to end; the default session is 9 s.
                "broker.session.timeout.ms", "2000",
                "broker.heartbeat.interval.ms", "500",
                // One node and few clients: less heap and fewer threads than the defaults for a server.
                "log.cleaner.dedupe.buffer.size", Integer.toString(8 << 20),
                "num.network.threads", "2",
                "num.io.threads", "4",
                "background.threads", "2"));
        return settings;
    }

    private static void formatIfNew(Path dir) throws Exception {
        if (Files.exists(dir.resolve("meta.properties"))) {
            return;
        }
        new Formatter()
                .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
                .setNodeId(NODE_ID)
                .setClusterId(Uuid.randomUuid().toString())
                .setReleaseVersion(MetadataVersion.LATEST_PRODUCTION)
                .setDirectories(List.of(dir.toString()))
                .setMetadataLogDirectory(dir.toString())
                .setControllerListenerName("CONTROLLER")
                .run();
    }

    private static int bindable(int port) {
        if (port == 0) {
            return FreePort.find();
        }
        try {
            FreePort.bind(port);
            return port;
        } catch (IOException e) {
            throw new OperatorException(
                    "the broker cannot listen on %s:%d (%s): stop what uses the port, or choose another one"
                            .formatted(HOST, port, e.getMessage()),
                    e);
        }
    }

    private static OperatorException failed(Path dir, Exception e) {
        return new OperatorException(
                "the broker did not start on the folder %s: %s".formatted(dir.toAbsolutePath(), e.getMessage()), e);
    }
}
