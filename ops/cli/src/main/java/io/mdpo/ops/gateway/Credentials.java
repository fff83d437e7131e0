package io.mdpo.ops.gateway;

import io.mdpo.ops.http.TokenDigest;
import java.util.LinkedHashMap;
import java.util.Map;
import org.eclipse.jetty.http.HttpStatus;
import org.jspecify.annotations.Nullable;

/** Who may write: whoever brings one of the tokens, or everybody if there is none. */
final class Credentials {
    private final Map<String, TokenDigest> digests = new LinkedHashMap<>();

    Credentials(Map<String, String> tokens) {
        tokens.forEach((name, token) -> digests.put(name, new TokenDigest(token)));
    }

    /**
     * The name of the credential that the header brings; empty if none is needed.
     *
     * @throws Problem.ProblemException it brings none
     */
    String admit(@Nullable String authorization) {
        if (digests.isEmpty()) {
            return "";
        }
        var found = "";
        // Each of them, so that the time tells nothing of the others.
        for (var credential : digests.entrySet()) {
            if (credential.getValue().isIn(authorization)) {
                found = credential.getKey();
            }
        }
        if (found.isEmpty()) {
            throw Problem.of(
                            HttpStatus.UNAUTHORIZED_401,
                            "the request brings none of the tokens of gateway.credentials: send Authorization: Bearer TOKEN")
                    .with("WWW-Authenticate", "Bearer")
                    .exception();
        }
        return found;
    }
}
