package io.mdpo.ops.http;

/**
 * Where a service serves its endpoints.
 *
 * @param host address to listen on; anything but a loopback address opens the endpoints, which have no login
 * @param port TCP port; 0 takes a free one
 */
public record HttpConfig(String host, int port) {
    public HttpConfig {
        if (host.isBlank()) {
            throw new IllegalArgumentException("host is empty: name the address to listen on, for example 127.0.0.1");
        }
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("port is " + port + ": it must lie between 0 and 65535");
        }
    }

    public static HttpConfig defaults() {
        return new HttpConfig("127.0.0.1", 9464);
    }
}
