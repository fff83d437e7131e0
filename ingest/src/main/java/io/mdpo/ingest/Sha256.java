package io.mdpo.ingest;

import io.mdpo.schemas.avro.PreferencePair;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.kafka.common.utils.Bytes;

/** SHA-256 of images and of whole pairs. */
final class Sha256 {
    private Sha256() {}

    static byte[] of(ByteBuffer data) {
        var digest = DigestUtils.getSha256Digest();
        digest.update(data.duplicate());
        return digest.digest();
    }

    /**
     * Digest of what a pair teaches: image bytes, prompt, chosen and rejected answer. Every part is preceded by its
     * length, so that no text can pass for the border between two.
     */
    static Bytes ofContent(PreferencePair pair) {
        var digest = DigestUtils.getSha256Digest();
        update(digest, (ByteBuffer) pair.getImage());
        for (var turn : pair.getPrompt()) {
            update(digest, StandardCharsets.UTF_8.encode(turn.getRole()));
            update(digest, StandardCharsets.UTF_8.encode(turn.getText()));
        }
        update(digest, StandardCharsets.UTF_8.encode(pair.getChosen()));
        update(digest, StandardCharsets.UTF_8.encode(pair.getRejected()));
        return Bytes.wrap(digest.digest());
    }

    private static void update(MessageDigest digest, ByteBuffer part) {
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, part.remaining()));
        digest.update(part.duplicate());
    }
}
