package io.mdpo.ingest.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.mdpo.ingest.outcome.Outcome;
import io.mdpo.schemas.RejectionReason;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The checks are the real ones. What is replaced is the wire: names resolve to public addresses that the test makes up, and
 * a connection to one of them leads to a server on loopback.
 */
@Timeout(60)
class ImageFetchTest {
    private static final byte[] IMAGE = Images.png();
    private static final Duration TIMEOUT = Duration.ofSeconds(1);
    private static final String PUBLIC = "93.184.215.14";

    @TempDir
    private static Path temp;

    private static SSLContext tls;
    private final Wire wire = new Wire();
    private HttpServer server;
    private final List<HttpExchange> requests = new ArrayList<>();

    @BeforeAll
    static void makeCertificate() throws Exception {
        var store = temp.resolve("server.p12");
        var keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "server",
                        "-keyalg",
                        "EC",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        "changeit",
                        "-dname",
                        "CN=images.example",
                        "-ext",
                        "SAN=dns:images.example",
                        "-validity",
                        "2")
                .redirectErrorStream(true)
                .start();
        assertThat(keytool.waitFor(60, TimeUnit.SECONDS)).isTrue();
        var keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, "changeit".toCharArray());
        }
        var trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("server", keys.getCertificate("server"));
        var own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        own.init(keys, "changeit".toCharArray());
        var others = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        others.init(trusted);
        tls = SSLContext.getInstance("TLS");
        tls.init(own.getKeyManagers(), others.getTrustManagers(), null);
    }

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        serve(server);
    }

    private void serve(HttpServer started) {
        started.createContext("/", exchange -> {
            try (exchange) {
                requests.add(exchange);
                var path = exchange.getRequestURI().getPath();
                if (path.equals("/moved.png")) {
                    exchange.getResponseHeaders().set("Location", "http://images.example/a.png");
                    exchange.sendResponseHeaders(302, -1);
                } else if (path.equals("/chunked.png")) {
                    exchange.sendResponseHeaders(200, 0);
                    exchange.getResponseBody().write(IMAGE, 0, 100);
                    exchange.getResponseBody().flush();
                    exchange.getResponseBody().write(IMAGE, 100, IMAGE.length - 100);
                } else if (path.endsWith("a.png")) {
                    exchange.sendResponseHeaders(200, IMAGE.length);
                    exchange.getResponseBody().write(IMAGE);
                } else {
                    exchange.sendResponseHeaders(404, -1);
                }
            }
        });
        started.start();
        wire.port = started.getAddress().getPort();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://images.example/a.png",
                "HTTP://IMAGES.example:80/sub/a.png?size=1&x=%20",
                "http://images.example/chunked.png",
                "http://other.example:8080/a.png"
            })
    void anImageOfAnAllowedHostIsFetchedFromTheAddressThatWasJudged(String uri) {
        assertThat(fetch(uri)).isEqualTo(Outcome.accepted(ByteBuffer.wrap(IMAGE)));
        assertThat(wire.connected).containsExactly(PUBLIC + ":" + ImageHosts.port(URI.create(uri)));
        assertThat(requests.get(0).getRequestURI().toString()).isEqualTo(uri.replaceAll("(?i)http://[^/]*", ""));
        assertThat(requests.get(0).getRequestHeaders().getFirst("Host"))
                .isEqualTo(URI.create(uri).getAuthority());
    }

    @Test
    void overTlsTheCertificateIsTheHostsOwn() throws Exception {
        var secure = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        secure.setHttpsConfigurator(new HttpsConfigurator(tls));
        serve(secure);
        try {
            assertThat(fetch("https://images.example/a.png")).isEqualTo(Outcome.accepted(ByteBuffer.wrap(IMAGE)));
            assertThat(wire.connected).containsExactly(PUBLIC + ":443");
            // Allowed, but the certificate is of another name; and a client that does not know the certificate.
            assertRefused(fetch("https://secure.example/a.png"), "broke off");
            assertRefused(fetch(SSLContext.getDefault(), "https://images.example/a.png"), "broke off");
        } finally {
            secure.stop(0);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://evil.example/a.png",
                "http://images.example.evil.example/a.png",
                "http://images.example:8080/a.png",
                "http://other.example/a.png",
                "http://93.184.215.14/a.png",
                "http://images.example./a.png"
            })
    void anotherHostOrPortIsNotAsked(String uri) {
        assertRefused(fetch(uri), "is not one of image-hosts");
        assertThat(wire.resolved).isEmpty();
        assertThat(wire.connected).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://bob:pw@images.example/a.png",
                "http://images.example@evil.example/a.png",
                "http://images.example/a.png#x",
                "http:a.png",
                "http:///a.png",
                "http://images_x.example/a.png"
            })
    void aUriWithMoreThanHostAndPathIsRefused(String uri) {
        assertRefused(fetch(uri), "not a plain http or https URI");
        assertThat(wire.connected).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"127.0.0.1", "10.0.0.7", "169.254.169.254", "192.168.0.1", "::1", "fe80::1", "fd00::1", "0.0.0.0"
            })
    void aHostWithAnAddressThatIsNotPublicIsNotConnectedTo(String address) throws Exception {
        wire.addresses = List.of(InetAddress.getByName(PUBLIC), InetAddress.getByName(address));

        assertRefused(fetch("http://images.example/a.png"), "an address that is not public");
        assertThat(wire.connected).isEmpty();
    }

    @Test
    void aNameThatChangesItsAddressAfterItWasJudgedGainsNothing() throws Exception {
        wire.after = () -> wire.addresses = List.of(InetAddress.getLoopbackAddress());

        assertThat(fetch("http://images.example/a.png")).isEqualTo(Outcome.accepted(ByteBuffer.wrap(IMAGE)));
        assertThat(wire.resolved).hasSize(1);
        assertThat(wire.connected).containsExactly(PUBLIC + ":80");
        assertRefused(fetch("http://images.example/a.png"), "an address that is not public");
    }

    @Test
    void redirectsAreNotFollowedNotEvenToAnAllowedHost() {
        assertRefused(fetch("http://images.example/moved.png"), "status 302, and redirects are not followed");
        assertRefused(fetch("http://images.example/missing.png"), "status 404");
        assertThat(requests).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a.png", "/chunked.png"})
    void anImageOfTooManyBytesIsNotReadToItsEnd(String path) {
        var small = new ImageFetch(hosts(), wire, tls, TIMEOUT, IMAGE.length - 1);

        assertThat(small.fetch(URI.create("http://images.example" + path)))
                .isEqualTo(Outcome.refused(
                        RejectionReason.IMAGE_TOO_LARGE,
                        "the referenced image has more than the %d bytes that are allowed"
                                .formatted(IMAGE.length - 1)));
    }

    /** A byte now and then resets no clock. */
    @ParameterizedTest
    @ValueSource(strings = {"http", "https"})
    void aHostThatDripsIsLeftAfterTheTimeAndNotAskedAgainForAWhile(String scheme) throws Exception {
        try (var slow = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            wire.port = slow.getLocalPort();
            var drip = new Thread(() -> drip(slow, scheme));
            drip.setDaemon(true);
            drip.start();
            var fetch = new ImageFetch(hosts(), wire, tls, TIMEOUT, 100_000);
            var uri = URI.create(scheme + "://images.example/a.png");

            long start = System.nanoTime();
            assertRefused(fetch.fetch(uri), "did not answer within 1000 ms");
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
            assertRefused(fetch.fetch(uri), "did not answer in time a moment ago");
            assertThat(wire.connected).hasSize(1);
        }
    }

    private static void drip(ServerSocket slow, String scheme) {
        // For TLS the beginning of a record of 16 KiB, of which a byte comes now and then.
        var start = scheme.equals("https") ? new byte[] {0x16, 3, 3, 0x40, 0, 2} : new byte[] {'H'};
        try (var socket = slow.accept()) {
            socket.getOutputStream().write(start);
            while (true) {
                socket.getOutputStream().write('H');
                socket.getOutputStream().flush();
                TimeUnit.MILLISECONDS.sleep(100);
            }
        } catch (IOException | InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "HTTP/1.1 200 OK~~xyz                                          | xyz",
                "HTTP/1.1 200~Content-Length: 2~~xyz                           | xy",
                "HTTP/1.0 200 OK~content-length: 3~~xyz                        | xyz",
                "HTTP/1.1 200 OK~Transfer-Encoding: Chunked~~2;a=b~xy~1~z~0~~  | xyz",
                "HTTP/1.1 200 OK~Content-Length: 4~~xyz                        | -",
                "HTTP/1.1 200 OK~Content-Length: -1~~xyz                       | -",
                "HTTP/1.1 200 OK~Content-Length: 99999999999999999999~~xyz     | -",
                "HTTP/1.1 200 OK~Transfer-Encoding: chunked~~fffffffffffffff~x | -",
                "HTTP/1.1 200 OK~Transfer-Encoding: chunked~~1~xy~0~~          | -",
                "HTTP/1.1 200 OK~Transfer-Encoding: gzip, chunked~~1~x~0~~     | -",
                "HTTP/1.1 200 OK~Content-Encoding: gzip~~xyz                   | -",
                "HTTP/1.1 200 OK~: x~~xyz                                      | -",
                "SSH-2.0-OpenSSH~~                                             | -",
                "HTTP/1.1 200 OK                                               | -",
                "''                                                            | -"
            })
    void answersAreReadStrictly(String answer, String body) throws Exception {
        try (var raw = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            wire.port = raw.getLocalPort();
            var thread = new Thread(() -> answer(raw, answer.replace("~", "\r\n")));
            thread.start();

            var outcome = fetch("http://images.example/a.png");

            thread.join();
            assertThat(outcome.toOptional()
                            .map(bytes -> ISO_8859_1.decode(bytes).toString()))
                    .isEqualTo(body.equals("-") ? Optional.empty() : Optional.of(body));
        }
    }

    private static void answer(ServerSocket server, String answer) {
        try (var socket = server.accept()) {
            while (socket.getInputStream().read() != '\n'
                    || socket.getInputStream().available() > 0) {
                // The request is read to its end: closing before would reset the connection.
            }
            socket.getOutputStream().write(answer.getBytes(ISO_8859_1));
        } catch (IOException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void endlessHeadersAreNotRead() throws Exception {
        try (var raw = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            wire.port = raw.getLocalPort();
            var thread = new Thread(() -> answer(raw, "HTTP/1.1 200 OK\r\n" + "a: b\r\n".repeat(20_000)));
            thread.start();

            assertRefused(fetch("http://images.example/a.png"), "broke off");
            thread.join();
        }
    }

    @Test
    void aHostWithoutAnAddressIsRefused() {
        wire.addresses = List.of();

        assertRefused(fetch("http://images.example/a.png"), "cannot be reached");
    }

    private Outcome<ByteBuffer> fetch(String uri) {
        return fetch(tls, uri);
    }

    private Outcome<ByteBuffer> fetch(SSLContext trust, String uri) {
        return new ImageFetch(hosts(), wire, trust, TIMEOUT, 100_000).fetch(URI.create(uri));
    }

    private static ImageHosts hosts() {
        return new ImageHosts(List.of("Images.example", "secure.example", "other.example:8080"));
    }

    private static void assertRefused(Outcome<ByteBuffer> outcome, String why) {
        assertThat(outcome).isInstanceOfSatisfying(Outcome.Refused.class, refused -> {
            assertThat(refused.rejection().reason()).isEqualTo(RejectionReason.IMAGE_REFERENCE_REFUSED);
            assertThat(refused.rejection().message()).contains(why);
        });
    }

    private interface Change {
        void make();
    }

    /** Every public address leads to the one server of the test. */
    private static final class Wire implements Network {
        private List<InetAddress> addresses = List.of(address());
        private final List<String> resolved = new ArrayList<>();
        private final List<String> connected = new ArrayList<>();
        private Change after = () -> {};
        private int port;

        private static InetAddress address() {
            try {
                return InetAddress.getByName(PUBLIC);
            } catch (UnknownHostException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public List<InetAddress> resolve(String host) throws UnknownHostException {
            resolved.add(host);
            var found = addresses;
            after.make();
            if (found.isEmpty()) {
                throw new UnknownHostException(host);
            }
            return found;
        }

        @Override
        public Socket socket() {
            return new Socket() {
                @Override
                public void connect(SocketAddress to, int patience) throws IOException {
                    var asked = (InetSocketAddress) to;
                    connected.add(asked.getAddress().getHostAddress() + ":" + asked.getPort());
                    super.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), patience);
                }
            };
        }
    }
}
