package io.mdpo.ops.gateway;

import io.mdpo.operator.OperatorException;
import io.mdpo.ops.gateway.Problem.ProblemException;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.server.handler.MinimumDataRateHandler;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The gateway's HTTP server: Jetty, with bounds on connections, heads, waits and slowness, in front of a {@link Door}. */
final class GatewayServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GatewayServer.class);
    private static final int THREADS = 16;
    private static final int CONNECTIONS = 1_024;
    private static final Duration IDLE = Duration.ofSeconds(30);
    /** A connection without a request is not waited for. */
    private static final Duration CLOSE_IDLE = Duration.ofMillis(50);

    private static final Duration STOP = Duration.ofSeconds(5);

    /** A body that comes slower than that, in bytes a second, is given up. */
    private static final int SLOWEST = 256;

    private final Server server;
    private final ServerConnector connector;

    private GatewayServer(Server server, ServerConnector connector) {
        this.server = server;
        this.connector = connector;
    }

    /**
     * Starts to serve.
     *
     * @throws OperatorException the address cannot be listened on
     */
    static GatewayServer start(GatewayConfig config, Door door, MeterRegistry registry) {
        var threads = new QueuedThreadPool(THREADS);
        threads.setName("gateway");
        threads.setDaemon(true);
        var server = new Server(threads);
        var http = new HttpConfiguration();
        http.setSendServerVersion(false);
        var connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
        connector.setHost(config.host());
        connector.setPort(config.port());
        connector.setIdleTimeout(IDLE.toMillis());
        connector.setShutdownIdleTimeout(CLOSE_IDLE.toMillis());
        server.addConnector(connector);
        server.addBean(new NetworkConnectionLimit(CONNECTIONS, connector));
        server.setErrorHandler(new Problems());
        server.setHandler(new MinimumDataRateHandler(new Answering(door, registry), SLOWEST, 0));
        server.setStopTimeout(STOP.toMillis());
        requireCredentials(config);
        try {
            server.start();
        } catch (Exception e) {
            stop(server);
            throw new OperatorException(
                    "the gateway cannot listen on %s:%d (%s): set gateway.port to a free port, or to 0 for any"
                            .formatted(config.host(), config.port(), rootOf(e).getMessage()),
                    e);
        }
        return new GatewayServer(server, connector);
    }

    /** A name that is spelled as loopback may be another address here. */
    private static void requireCredentials(GatewayConfig config) {
        var address = new InetSocketAddress(config.host(), config.port());
        if (address.isUnresolved()) {
            throw new OperatorException(
                    "gateway.host is '%s', which is no known address: use 127.0.0.1, or 0.0.0.0 for all"
                            .formatted(config.host()));
        }
        if (config.credentials().isEmpty() && !address.getAddress().isLoopbackAddress()) {
            throw new OperatorException("gateway.host is %s, which is no loopback address here: set gateway.credentials"
                    .formatted(config.host()));
        }
    }

    /** Address of the server, with the port that it has in fact. */
    URI address() {
        var host = connector.getHost();
        return URI.create("http://%s:%d"
                .formatted(
                        host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host,
                        connector.getLocalPort()));
    }

    @Override
    public void close() {
        stop(server);
    }

    private static void stop(Server server) {
        try {
            server.stop();
        } catch (Exception e) {
            LOG.atWarn().setCause(e).log("the gateway's HTTP server did not stop in order");
        }
    }

    private static Throwable rootOf(Throwable failure) {
        var root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }

    /** Sends what the door answers, and counts it. */
    private static final class Answering extends Handler.Abstract {
        private final Door door;
        private final MeterRegistry registry;

        Answering(Door door, MeterRegistry registry) {
            this.door = door;
            this.registry = registry;
        }

        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            long start = System.nanoTime();
            try {
                var unused = door.answer(request)
                        .exceptionally(failure -> Answer.of(problem(failure)))
                        .thenAccept(answer -> send(request, answer, start, response, callback));
            } catch (ProblemException e) {
                send(request, Answer.of(e.problem()), start, response, callback);
            }
            return true;
        }

        private Problem problem(Throwable failure) {
            var cause =
                    failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
            return Door.problem(cause).orElseGet(() -> {
                LOG.atError().setCause(cause).log("a request failed");
                return Problem.of(HttpStatus.INTERNAL_SERVER_ERROR_500, "the gateway failed: see its log");
            });
        }

        private void send(Request request, Answer answer, long start, Response response, Callback callback) {
            var path = Request.getPathInContext(request);
            registry.timer(
                            "mdpo.gateway.requests",
                            "path",
                            door.knows(path) ? path : "other",
                            "status",
                            Integer.toString(answer.status()))
                    .record(Duration.ofNanos(System.nanoTime() - start));
            response.setStatus(answer.status());
            response.getHeaders().put("Content-Type", answer.type());
            answer.headers().forEach((name, value) -> response.getHeaders().put(name, value));
            Content.Sink.write(response, true, answer.body(), callback);
        }
    }

    /** What Jetty itself refuses, such as a head that is no HTTP, has the form of all problems. */
    private static final class Problems extends ErrorHandler {
        @Override
        protected void generateResponse(
                Request request, Response response, int status, String message, Throwable cause, Callback callback) {
            var answer = Answer.of(problem(status, message));
            response.getHeaders().put("Content-Type", answer.type());
            Content.Sink.write(response, true, answer.body(), callback);
        }

        private static Problem problem(int status, String message) {
            return Problem.of(status, message == null ? HttpStatus.getMessage(status) : message);
        }
    }
}
