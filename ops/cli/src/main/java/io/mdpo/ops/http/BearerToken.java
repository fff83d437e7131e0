package io.mdpo.ops.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;

/** Lets requests through that bring the token, or all if there is none. */
final class BearerToken {
    private static final String SCHEME = "Bearer ";

    private final Optional<byte[]> expected;

    BearerToken(Optional<String> token) {
        this.expected = token.map(BearerToken::digest);
    }

    interface Answer {
        void send() throws IOException;
    }

    /** Answers, or refuses with 401. */
    void admit(HttpExchange exchange, Answer answer) throws IOException {
        if (expected.isEmpty() || brings(exchange, expected.get())) {
            answer.send();
            return;
        }
        try (exchange) {
            exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer");
            exchange.sendResponseHeaders(401, -1);
        }
    }

    /** Digests are compared, and in constant time: how long it takes tells neither length nor beginning of the token. */
    private static boolean brings(HttpExchange exchange, byte[] expected) {
        var header = exchange.getRequestHeaders().getFirst("Authorization");
        return header != null
                && header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                && MessageDigest.isEqual(
                        digest(header.substring(SCHEME.length()).strip()), expected);
    }

    private static byte[] digest(String token) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(token.getBytes(UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }
}
