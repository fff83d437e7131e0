package io.mdpo.ingest;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.mdpo.schemas.RejectionReason;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * Fetches images over http and https from hosts that the operator named. Who may write a pair chooses the URI, so a host is
 * no door into the network: all its addresses must be public, the one that was judged is the one connected to, whatever the
 * name resolves to a moment later, and redirects are not followed. Size and time are bounded. Thread-safe.
 *
 * <p>The thread that asks waits. A host that did not answer in time is not asked again for a while, so that a host that is
 * down cannot hold the stream up; the pairs refused meanwhile can be sent again.
 */
final class ImageFetch {
    private static final Duration REST = Duration.ofSeconds(30);

    /** Closes connections whose time is up, wherever the thread that uses them waits. */
    private static final ScheduledExecutorService CLOSER = Executors.newSingleThreadScheduledExecutor(task -> {
        var thread = new Thread(task, "mdpo-ingest-fetch-timeout");
        thread.setDaemon(true);
        return thread;
    });

    private final ImageHosts hosts;
    private final Network network;
    private final SSLSocketFactory tls;
    private final Duration timeout;
    private final int maxBytes;
    private final Map<String, Long> resting = new ConcurrentHashMap<>();

    ImageFetch(ImageHosts hosts, Network network, SSLSocketFactory tls, Duration timeout, int maxBytes) {
        this.hosts = hosts;
        this.network = network;
        this.tls = tls;
        this.timeout = timeout;
        this.maxBytes = maxBytes;
    }

    Outcome<ByteBuffer> fetch(URI uri) {
        if (uri.getHost() == null || uri.getRawUserInfo() != null || uri.getRawFragment() != null) {
            return refused("the reference is not a plain http or https URI");
        }
        if (!hosts.allow(uri)) {
            return refused("the host of the reference is not one of image-hosts");
        }
        var host = uri.getHost();
        if (resting.getOrDefault(host, Long.MIN_VALUE) > now()) {
            return refused("the host of the reference did not answer in time a moment ago");
        }
        try {
            var addresses = network.resolve(host);
            if (addresses.isEmpty() || !addresses.stream().allMatch(PublicAddresses::contains)) {
                return refused("the host of the reference has an address that is not public");
            }
            return fetch(uri, addresses.get(0));
        } catch (IOException | URISyntaxException e) {
            return refused("the host of the reference cannot be reached");
        }
    }

    private static long now() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }

    private Outcome<ByteBuffer> fetch(URI uri, InetAddress address) throws IOException, URISyntaxException {
        var port = ImageHosts.port(uri);
        long deadline = now() + timeout.toMillis();
        try (var socket = network.connect(address, port, timeout)) {
            var closing = CLOSER.schedule(() -> close(socket), Math.max(1, deadline - now()), TimeUnit.MILLISECONDS);
            try {
                return exchange(uri, secured(uri, socket));
            } catch (IOException e) {
                return closing.isDone() ? late(uri.getHost()) : refused("the host of the reference broke off");
            } finally {
                closing.cancel(false);
            }
        } catch (SocketTimeoutException e) {
            return late(uri.getHost());
        }
    }

    private Outcome<ByteBuffer> late(String host) {
        resting.put(host, now() + REST.toMillis());
        return refused("the host of the reference did not answer within %d ms".formatted(timeout.toMillis()));
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** TLS under the name that the reference has: the certificate must be that host's, not the address's. */
    private Socket secured(URI uri, Socket socket) throws IOException {
        if (!"https".equalsIgnoreCase(uri.getScheme())) {
            return socket;
        }
        var secured = (SSLSocket) tls.createSocket(socket, uri.getHost(), ImageHosts.port(uri), true);
        var parameters = secured.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        secured.setSSLParameters(parameters);
        secured.startHandshake();
        return secured;
    }

    private Outcome<ByteBuffer> exchange(URI uri, Socket socket) throws IOException, URISyntaxException {
        socket.getOutputStream().write(request(uri).getBytes(US_ASCII));
        var response = new HttpResponse(new BufferedInputStream(socket.getInputStream()));
        int status = response.status();
        if (status != 200) {
            return refused("the host of the reference answered with status %d%s"
                    .formatted(status, status / 100 == 3 ? ", and redirects are not followed" : ""));
        }
        return response.body(maxBytes)
                .map(body -> Outcome.accepted(ByteBuffer.wrap(body)))
                .orElseGet(() -> Outcome.refused(
                        RejectionReason.IMAGE_TOO_LARGE,
                        "the referenced image has more than the %d bytes that are allowed".formatted(maxBytes)));
    }

    private static String request(URI uri) throws URISyntaxException {
        var ascii = new URI(uri.toASCIIString());
        var path = Optional.ofNullable(ascii.getRawPath())
                .filter(p -> !p.isEmpty())
                .orElse("/");
        var query = ascii.getRawQuery() == null ? "" : "?" + ascii.getRawQuery();
        return String.join(
                "\r\n",
                List.of(
                        "GET " + path + query + " HTTP/1.1",
                        "Host: " + ascii.getHost() + (ascii.getPort() < 0 ? "" : ":" + ascii.getPort()),
                        "User-Agent: mdpo-ingest",
                        "Accept: image/*",
                        "Accept-Encoding: identity",
                        "Connection: close",
                        "",
                        ""));
    }

    private static <T> Outcome<T> refused(String message) {
        return Outcome.refused(RejectionReason.IMAGE_REFERENCE_REFUSED, message);
    }
}
