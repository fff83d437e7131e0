package io.mdpo.ops.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;

/** A token that clients bring as {@code Authorization: Bearer <token>}. */
public final class TokenDigest {
    private static final String SCHEME = "Bearer ";
    private static final int SHORTEST = 16;

    /** What is wrong with a token that is not {@link #isStrong}. */
    public static final String WEAK =
            "is too short or holds spaces: it needs at least %d printable ASCII characters, for example of openssl rand -hex 32"
                    .formatted(SHORTEST);

    private final byte[] digest;

    public TokenDigest(String token) {
        this.digest = digest(token);
    }

    /** Whether a token may be used at all. */
    public static boolean isStrong(String token) {
        return token.matches("[!-~]{" + SHORTEST + ",}");
    }

    /**
     * Whether the header brings the token. Digests are compared, and in constant time: how long it takes tells neither length
     * nor beginning of the token.
     */
    public boolean isIn(@Nullable String authorization) {
        return authorization != null
                && authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                && MessageDigest.isEqual(
                        digest(authorization.substring(SCHEME.length()).strip()), digest);
    }

    private static byte[] digest(String token) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(token.getBytes(UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }
}
