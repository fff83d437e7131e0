package io.mdpo.ops.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.mdpo.kafka.FencedException;
import io.mdpo.lifecycle.Lifecycle;
import io.mdpo.lifecycle.Service;
import io.mdpo.operator.OperatorException;
import io.mdpo.ops.gateway.log.Committer;
import io.mdpo.ops.gateway.log.Intake;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes interactions and feedback over HTTP and writes each to its topic, once by its id. It acknowledges after the commit;
 * while brokers are away it says so, and clients send again. {@code openapi.json} beside this class describes it.
 */
public final class GatewayService implements Service {
    private static final Logger LOG = LoggerFactory.getLogger(GatewayService.class);

    private final GatewayConfig config;
    private final MeterRegistry registry;
    private final Lifecycle life = new Lifecycle();
    private final CompletableFuture<URI> address = new CompletableFuture<>();

    /** Wires the service; nothing is served before {@link #run()}. */
    public GatewayService(GatewayConfig config, MeterRegistry registry) {
        this.config = config;
        this.registry = registry;
    }

    /**
     * Serves until it is told to end; then commits what it has taken.
     *
     * @throws FencedException another gateway of the topic prefix has started
     * @throws OperatorException the address cannot be listened on, or a topic or a right is missing
     */
    @Override
    public void run() throws InterruptedException {
        life.run(this::work);
    }

    private void work() throws InterruptedException {
        var intake = new Intake();
        var door = new Door(config, Routes.of(config), openApi(), intake, InstantSource.system());
        try (var server = GatewayServer.start(config, door, registry)) {
            LOG.atInfo().addKeyValue("address", server.address()).log("the gateway listens");
            address.complete(server.address());
            new Committer(config.topicPrefix(), config.kafka(), config.rememberedIds(), registry).run(intake, life);
        }
    }

    /** The OpenAPI description that is served. */
    static String openApi() {
        try (var in = Objects.requireNonNull(GatewayService.class.getResourceAsStream("openapi.json"))) {
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where it listens, once it does. */
    public CompletableFuture<URI> address() {
        return address.copy();
    }

    @Override
    public Lifecycle lifecycle() {
        return life;
    }
}
