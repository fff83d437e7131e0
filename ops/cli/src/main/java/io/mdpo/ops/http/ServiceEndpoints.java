package io.mdpo.ops.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.mdpo.lifecycle.State;
import io.mdpo.operator.OperatorException;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Serves {@code /metrics} (Prometheus text format), {@code /healthz} and {@code /readyz}. The last two answer with the
 * service's state by name: {@code /healthz} 200 unless it is {@code FAILED}, {@code /readyz} 200 when it is {@code RUNNING},
 * and else 503. If there is a token, everything but these two asks for it.
 */
public final class ServiceEndpoints implements AutoCloseable {
    private static final String PROMETHEUS_TEXT = "text/plain; version=0.0.4; charset=utf-8";
    private static final String PLAIN_TEXT = "text/plain; charset=utf-8";

    /** Seconds that a client may take for its request, and to read the answer; by default a slow one holds a thread. */
    private static final String SLOWEST = "10";

    static {
        // The server reads them once; what an operator sets is left.
        System.getProperties().putIfAbsent("sun.net.httpserver.maxReqTime", SLOWEST);
        System.getProperties().putIfAbsent("sun.net.httpserver.maxRspTime", SLOWEST);
    }

    private final HttpServer server;
    private final ExecutorService executor;

    private ServiceEndpoints(HttpServer server, ExecutorService executor) {
        this.server = server;
        this.executor = executor;
    }

    /**
     * Starts to serve.
     *
     * @throws OperatorException if the address cannot be listened on
     */
    public static ServiceEndpoints start(HttpConfig config, PrometheusMeterRegistry registry, Supplier<State> state) {
        var server = listen(config);
        var executor = Executors.newFixedThreadPool(2, task -> {
            var thread = new Thread(task, "http");
            thread.setDaemon(true);
            return thread;
        });
        server.setExecutor(executor);
        var guard = new BearerToken(config.token());
        Handler others = exchange -> guard.admit(exchange, () -> answer(exchange, 404, PLAIN_TEXT, "not found\n"));
        server.createContext("/", others::handle);
        serve(
                server,
                "/metrics",
                exchange -> guard.admit(exchange, () -> answer(exchange, 200, PROMETHEUS_TEXT, registry.scrape())),
                others);
        serve(server, "/healthz", exchange -> answer(exchange, state.get(), now -> now != State.FAILED), others);
        serve(server, "/readyz", exchange -> answer(exchange, state.get(), now -> now == State.RUNNING), others);
        server.start();
        return new ServiceEndpoints(server, executor);
    }

    /** Address of the server, with the port that it has in fact. */
    public URI address() {
        var address = server.getAddress();
        var host = address.getAddress().getHostAddress();
        var literal = host.contains(":") ? "[" + host + "]" : host;
        return URI.create("http://%s:%d".formatted(literal, address.getPort()));
    }

    @Override
    public void close() {
        server.stop(0);
        executor.shutdownNow();
    }

    private static HttpServer listen(HttpConfig config) {
        var address = new InetSocketAddress(config.host(), config.port());
        if (address.isUnresolved()) {
            throw new OperatorException(
                    "http.host is '%s', which is no known address: use 127.0.0.1, or 0.0.0.0 for all"
                            .formatted(config.host()));
        }
        if (config.token().isEmpty() && !address.getAddress().isLoopbackAddress()) {
            throw new OperatorException(
                    "http.host is %s, which is no loopback address here: set http.token".formatted(config.host()));
        }
        try {
            return HttpServer.create(address, 0);
        } catch (IOException e) {
            throw new OperatorException(
                    "the endpoints cannot listen on %s:%d (%s): set http.port to a free port, or to 0 for any"
                            .formatted(config.host(), config.port(), e.getMessage()),
                    e);
        }
    }

    private interface Handler {
        void handle(HttpExchange exchange) throws IOException;
    }

    private static void serve(HttpServer server, String path, Handler handler, Handler others) {
        server.createContext(path, exchange -> {
            if (exchange.getRequestURI().getPath().equals(path)) {
                handler.handle(exchange);
            } else {
                others.handle(exchange);
            }
        });
    }

    private static void answer(HttpExchange exchange, State state, Predicate<State> good) throws IOException {
        answer(exchange, good.test(state) ? 200 : 503, PLAIN_TEXT, state + "\n");
    }

    private static void answer(HttpExchange exchange, int status, String type, String text) throws IOException {
        try (exchange) {
            if (!exchange.getRequestMethod().equals("GET")) {
                exchange.getResponseHeaders().set("Allow", "GET");
                exchange.sendResponseHeaders(405, -1);
                return;
            }
            var body = text.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", type);
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
        }
    }
}
