package io.mdpo.ingest.pairing;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.mdpo.ingest.PairNormalizer;
import io.mdpo.schemas.avro.ImageReference;
import io.mdpo.schemas.avro.Interaction;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Locale;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.kafka.common.utils.Bytes;

/**
 * SHA-256 of what an answer is given to: the digests of the images, in order, and the normalised prompt. An image counts by
 * its bytes, whether they are in the record or are named by a reference's digest.
 */
final class ContentKey {
    private ContentKey() {}

    static Bytes of(Interaction interaction) {
        var digest = DigestUtils.getSha256Digest();
        count(digest, interaction.getImages().size());
        interaction.getImages().forEach(image -> text(digest, digestOf(image)));
        var prompt = PairNormalizer.prompt(interaction.getPrompt());
        count(digest, prompt.size());
        for (var message : prompt) {
            text(digest, message.getRole());
            count(digest, message.getContent().size());
            for (var part : message.getContent()) {
                text(digest, part.getType());
                text(digest, part.getText());
            }
        }
        return Bytes.wrap(digest.digest());
    }

    private static String digestOf(Object image) {
        return image instanceof ImageReference reference
                ? reference.getSha256().toLowerCase(Locale.ROOT)
                : HexFormat.of()
                        .formatHex(DigestUtils.digest(DigestUtils.getSha256Digest(), ((ByteBuffer) image).duplicate()));
    }

    private static void count(MessageDigest digest, int number) {
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, number));
    }

    private static void text(MessageDigest digest, String text) {
        var bytes = text.getBytes(UTF_8);
        count(digest, bytes.length);
        digest.update(bytes);
    }
}
