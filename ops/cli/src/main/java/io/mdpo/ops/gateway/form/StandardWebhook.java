package io.mdpo.ops.gateway.form;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.mdpo.operator.SettingException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.commons.codec.digest.HmacAlgorithms;
import org.apache.commons.codec.digest.HmacUtils;

/**
 * Verifies signatures as Standard Webhooks has them: HMAC-SHA256 over {@code <webhook-id>.<webhook-timestamp>.<body>}, of which
 * {@code webhook-signature} holds one or several, {@code v1,<base64>} each.
 *
 * <p>Argilla signs with the time of the event, which stands in the body, while its header has the time of sending: a webhook
 * that waited in its queue, or is sent again, has another second there. So the body's own time counts as well. Either is
 * signed, and whichever it is has to be near the present.
 *
 * @see <a href="https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md">the
 *     specification</a>
 */
public final class StandardWebhook {
    private static final String PREFIX = "whsec_";
    private static final String VERSION = "v1,";

    private final HmacUtils hmac;
    private final Duration tolerance;

    /**
     * A verifier.
     *
     * @param secret base64, perhaps after {@code whsec_}
     * @param tolerance how far a signed time may be from the present
     * @throws SettingException the secret is no base64
     */
    public StandardWebhook(String secret, Duration tolerance) {
        this.hmac = new HmacUtils(HmacAlgorithms.HMAC_SHA_256, key(secret));
        this.tolerance = tolerance;
    }

    private static byte[] key(String secret) {
        try {
            var key =
                    Base64.getDecoder().decode(secret.startsWith(PREFIX) ? secret.substring(PREFIX.length()) : secret);
            SettingException.require(key.length > 0, "secret", "is empty");
            return key;
        } catch (IllegalArgumentException e) {
            throw new SettingException("secret", "is no base64: use what Argilla shows when the webhook is created");
        }
    }

    /**
     * Whether somebody who knows the secret has signed the body.
     *
     * @param signed the headers of the request
     * @param bodyTime the time in the body, where it has one
     */
    public boolean isSigned(Signed signed, ByteBuffer body, Optional<Instant> bodyTime, Instant now) {
        var signatures = signatures(signed.signatures());
        return times(signed, bodyTime)
                .filter(time -> Duration.between(time, now).abs().compareTo(tolerance) <= 0)
                .map(time -> signature(signed.id(), time, body))
                .anyMatch(expected -> matches(expected, signatures));
    }

    /**
     * The headers {@code webhook-id}, {@code webhook-timestamp} and {@code webhook-signature}; empty where one is missing.
     */
    public record Signed(String id, String timestamp, String signatures) {}

    private static Stream<Instant> times(Signed signed, Optional<Instant> bodyTime) {
        var header = signed.timestamp().matches("\\d{1,11}")
                ? Optional.of(Instant.ofEpochSecond(Long.parseLong(signed.timestamp())))
                : Optional.<Instant>empty();
        return Stream.concat(header.stream(), bodyTime.stream());
    }

    private byte[] signature(String id, Instant time, ByteBuffer body) {
        var start = "%s.%d.".formatted(id, time.getEpochSecond()).getBytes(UTF_8);
        var content = ByteBuffer.allocate(start.length + body.remaining());
        content.put(start).put(body.duplicate());
        return hmac.hmac(content.array());
    }

    private static List<byte[]> signatures(String header) {
        return Arrays.stream(header.split(" ", -1))
                .filter(signature -> signature.startsWith(VERSION))
                .map(signature -> signature.substring(VERSION.length()))
                .flatMap(StandardWebhook::decoded)
                .toList();
    }

    private static Stream<byte[]> decoded(String base64) {
        try {
            return Stream.of(Base64.getDecoder().decode(base64));
        } catch (IllegalArgumentException e) {
            return Stream.empty();
        }
    }

    /** In constant time, each and all of them. */
    private static boolean matches(byte[] expected, List<byte[]> signatures) {
        boolean matches = false;
        for (var signature : signatures) {
            matches |= MessageDigest.isEqual(expected, signature);
        }
        return matches;
    }
}
