package io.mdpo.ops.http;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.util.Optional;

/** Lets requests through that bring the token, or all if there is none. */
final class BearerToken {
    private final Optional<TokenDigest> expected;

    BearerToken(Optional<String> token) {
        this.expected = token.map(TokenDigest::new);
    }

    interface Answer {
        void send() throws IOException;
    }

    /** Answers, or refuses with 401. */
    void admit(HttpExchange exchange, Answer answer) throws IOException {
        if (expected.isEmpty()
                || expected.get().isIn(exchange.getRequestHeaders().getFirst("Authorization"))) {
            answer.send();
            return;
        }
        try (exchange) {
            exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer");
            exchange.sendResponseHeaders(401, -1);
        }
    }
}
