package io.mdpo.ops.http;

import static io.mdpo.operator.SettingException.require;

import io.mdpo.ops.config.Secrets;
import java.util.Optional;

/**
 * Where a service serves its endpoints, and to whom.
 *
 * @param host address to listen on; anything but a loopback address opens the endpoints to the network and needs a token
 * @param port TCP port; 0 takes a free one
 * @param token what a client must send as {@code Authorization: Bearer <token>}, but for liveness and readiness
 */
public record HttpConfig(String host, int port, Optional<String> token) {
    public HttpConfig {
        require(!host.isBlank(), "host", "is empty: name the address to listen on, for example 127.0.0.1");
        require(port >= 0 && port <= 65_535, "port", "is " + port + ": it must lie between 0 and 65535");
        require(token.stream().allMatch(TokenDigest::isStrong), "token", TokenDigest.WEAK);
        require(
                token.isPresent() || Loopback.isSpelledIn(host),
                "host",
                "is %s, which others can reach: set http.token = ${MDPO_HTTP_TOKEN}, or listen on 127.0.0.1"
                        .formatted(host));
    }

    public static HttpConfig defaults() {
        return new HttpConfig("127.0.0.1", 9464, Optional.empty());
    }

    @Override
    public String toString() {
        return "HttpConfig[host=%s, port=%d, token=%s]".formatted(host, port, token.map(secret -> Secrets.MASK));
    }
}
