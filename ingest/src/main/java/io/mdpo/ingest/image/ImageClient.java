package io.mdpo.ingest.image;

import java.time.Duration;
import javax.net.ssl.SSLContext;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.DefaultHttpClientConnectionOperator;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.io.HttpClientConnectionOperator;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.URIScheme;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.config.RegistryBuilder;
import org.apache.hc.core5.pool.PoolConcurrencyPolicy;
import org.apache.hc.core5.pool.PoolReusePolicy;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/**
 * Apache HttpClient without what a browser wants of it: redirects, retries, cookies, credentials, decompression, proxies and
 * connections that are used again. Headers are bounded here; the body and the time as a whole are bounded by who asks.
 */
final class ImageClient {
    private static final int MAX_HEADERS = 200;
    private static final int MAX_LINE = 8 << 10;

    /** More than ingest has threads: nobody waits for another's connection. */
    private static final int MAX_CONNECTIONS = 1000;

    private ImageClient() {}

    /** @param timeout of each wait: for a connection, a handshake, the next bytes */
    static CloseableHttpClient open(Network network, SSLContext tls, Duration timeout) {
        var wait = Timeout.of(timeout);
        var connections = new PoolingHttpClientConnectionManager(
                operator(network, tls),
                PoolConcurrencyPolicy.LAX,
                PoolReusePolicy.LIFO,
                TimeValue.ofSeconds(1),
                ManagedHttpClientConnectionFactory.builder()
                        .http1Config(Http1Config.custom()
                                .setMaxHeaderCount(MAX_HEADERS)
                                .setMaxLineLength(MAX_LINE)
                                .build())
                        .build());
        connections.setMaxTotal(MAX_CONNECTIONS);
        connections.setDefaultMaxPerRoute(MAX_CONNECTIONS);
        connections.setDefaultConnectionConfig(ConnectionConfig.custom()
                .setConnectTimeout(wait)
                .setSocketTimeout(wait)
                .build());
        connections.setDefaultTlsConfig(
                TlsConfig.custom().setHandshakeTimeout(wait).build());
        return HttpClients.custom()
                .setConnectionManager(connections)
                .setConnectionReuseStrategy((request, response, context) -> false)
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setConnectionRequestTimeout(wait)
                        .setResponseTimeout(wait)
                        .setProtocolUpgradeEnabled(false)
                        .build())
                .setUserAgent("mdpo-ingest")
                .disableRedirectHandling()
                .disableAutomaticRetries()
                .disableContentCompression()
                .disableCookieManagement()
                .disableAuthCaching()
                .build();
    }

    private static HttpClientConnectionOperator operator(Network network, SSLContext tls) {
        DnsResolver names = new PublicResolver(network);
        var https = RegistryBuilder.<TlsSocketStrategy>create()
                .register(URIScheme.HTTPS.id, new DefaultClientTlsStrategy(tls))
                .build();
        return new DefaultHttpClientConnectionOperator(proxy -> network.socket(), null, names, https);
    }
}
