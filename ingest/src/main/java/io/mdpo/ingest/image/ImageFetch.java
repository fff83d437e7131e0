package io.mdpo.ingest.image;

import io.mdpo.ingest.outcome.Outcome;
import io.mdpo.schemas.RejectionReason;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.io.CloseMode;

/**
 * Fetches images over http and https from hosts that the operator named. Who may write a pair chooses the URI, so a host is
 * no door into the network: {@link PublicResolver} lets connections go to public addresses only, and redirects are not
 * followed. Size and time are bounded. Thread-safe.
 *
 * <p>The thread that asks waits. A host that did not answer in time is not asked again for a while, so that a host that is
 * down cannot hold the stream up; the pairs refused meanwhile can be sent again.
 */
final class ImageFetch implements AutoCloseable {
    private static final Duration REST = Duration.ofSeconds(30);

    /** Cuts requests whose time is up, wherever the thread that made them waits: a byte now and then resets no clock. */
    private static final ScheduledExecutorService CUTTER = Executors.newSingleThreadScheduledExecutor(task -> {
        var thread = new Thread(task, "mdpo-ingest-fetch-timeout");
        thread.setDaemon(true);
        return thread;
    });

    private final ImageHosts hosts;
    private final CloseableHttpClient client;
    private final Duration timeout;
    private final int maxBytes;
    private final Map<String, Long> resting = new ConcurrentHashMap<>();

    ImageFetch(ImageHosts hosts, Network network, SSLContext tls, Duration timeout, int maxBytes) {
        this.hosts = hosts;
        this.client = ImageClient.open(network, tls, timeout);
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
        if (resting.getOrDefault(uri.getHost(), Long.MIN_VALUE) > now()) {
            return refused("the host of the reference did not answer in time a moment ago");
        }
        var request = new HttpGet(URI.create(uri.toASCIIString()));
        request.setHeader(HttpHeaders.ACCEPT, "image/*");
        request.setHeader(HttpHeaders.ACCEPT_ENCODING, "identity");
        var cut = CUTTER.schedule(request::cancel, timeout.toMillis(), TimeUnit.MILLISECONDS);
        try {
            return exchange(request);
        } catch (PublicResolver.NotPublicException e) {
            return refused("the host of the reference has an address that is not public");
        } catch (SocketTimeoutException e) {
            return late(uri.getHost());
        } catch (IOException e) {
            return request.isCancelled() ? late(uri.getHost()) : refused("the host of the reference " + failure(e));
        } finally {
            cut.cancel(false);
        }
    }

    private static String failure(IOException e) {
        return e instanceof UnknownHostException || e instanceof ConnectException || e instanceof NoRouteToHostException
                ? "cannot be reached"
                : "broke off";
    }

    private static long now() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }

    private Outcome<ByteBuffer> late(String host) {
        resting.put(host, now() + REST.toMillis());
        return refused("the host of the reference did not answer within %d ms".formatted(timeout.toMillis()));
    }

    private Outcome<ByteBuffer> exchange(HttpGet request) throws IOException {
        // Not closed but cut off: closing would first read what is left of the answer.
        var response = client.executeOpen(null, request, null);
        try {
            return answer(response);
        } finally {
            request.cancel();
        }
    }

    private Outcome<ByteBuffer> answer(ClassicHttpResponse response) throws IOException {
        int status = response.getCode();
        if (status != 200) {
            return refused("the host of the reference answered with status %d%s"
                    .formatted(status, status / 100 == 3 ? ", and redirects are not followed" : ""));
        }
        var body = response.getEntity();
        if (body == null || !plain(body)) {
            throw new IOException("the answer has no body, or one that is compressed although that was not asked for");
        }
        var bytes = body.getContentLength() > maxBytes
                ? new byte[0]
                : body.getContent().readNBytes(maxBytes + 1);
        if (body.getContentLength() > maxBytes || bytes.length > maxBytes) {
            return Outcome.refused(
                    RejectionReason.IMAGE_TOO_LARGE,
                    "the referenced image has more than the %d bytes that are allowed".formatted(maxBytes));
        }
        if (bytes.length == 0) {
            throw new IOException("the answer is empty");
        }
        return Outcome.accepted(ByteBuffer.wrap(bytes));
    }

    private static boolean plain(HttpEntity body) {
        return body.getContentEncoding() == null || body.getContentEncoding().equalsIgnoreCase("identity");
    }

    @Override
    public void close() {
        client.close(CloseMode.GRACEFUL);
    }

    private static <T> Outcome<T> refused(String message) {
        return Outcome.refused(RejectionReason.IMAGE_REFERENCE_REFUSED, message);
    }
}
