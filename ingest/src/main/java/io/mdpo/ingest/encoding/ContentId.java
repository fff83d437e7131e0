package io.mdpo.ingest.encoding;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.mdpo.schemas.avro.ImageReference;
import io.mdpo.schemas.avro.PreferencePair;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Locale;
import org.apache.commons.codec.digest.DigestUtils;

/**
 * The id of a pair that has none: the SHA-256, in 64 hexadecimal digits, of its kind, the SHA-256 of each image, its prompt
 * and its answers, as they were written. An image counts the same by its bytes and by a reference to them. Source and time do
 * not count, so what is sent or imported again has its id again.
 */
public final class ContentId {
    private ContentId() {}

    /** The id that follows from the pair's content. */
    public static String of(PreferencePair pair) {
        var digest = DigestUtils.getSha256Digest();
        update(digest, pair.getKind());
        count(digest, pair.getImages().size());
        pair.getImages().forEach(image -> update(digest, sha256(image)));
        count(digest, pair.getPrompt().size());
        for (var message : pair.getPrompt()) {
            update(digest, message.getRole());
            count(digest, message.getContent().size());
            for (var part : message.getContent()) {
                update(digest, part.getType());
                update(digest, part.getText());
            }
        }
        update(digest, pair.getChosen());
        update(digest, pair.getRejected());
        // None in the pairs of most producers, whose ids are then those without this field.
        pair.getCorruptedImages().forEach(image -> update(digest, sha256(image)));
        return HexFormat.of().formatHex(digest.digest());
    }

    private static String sha256(Object image) {
        if (image instanceof ImageReference reference) {
            return reference.getSha256().toLowerCase(Locale.ROOT);
        }
        var digest = DigestUtils.getSha256Digest();
        digest.update(((ByteBuffer) image).duplicate());
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Every piece is preceded by its length, so that none can pass for the border between two. */
    private static void update(MessageDigest digest, String text) {
        var bytes = text.getBytes(UTF_8);
        count(digest, bytes.length);
        digest.update(bytes);
    }

    private static void count(MessageDigest digest, int count) {
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, count));
    }
}
