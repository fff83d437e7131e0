package io.mdpo.ingest;

import io.mdpo.schemas.avro.PreferencePair;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Collection;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.kafka.common.utils.Bytes;

/** SHA-256 of pairs and of their parts. */
final class Sha256 {
    private Sha256() {}

    /**
     * Digest of what a pair teaches: images, corrupted images, prompt, chosen and rejected answer. Which of the
     * answers is empty tells the kind. Every list is preceded by its length and every piece by its own, so that none can pass
     * for the border between two.
     */
    static Bytes ofContent(PreferencePair pair) {
        var digest = DigestUtils.getSha256Digest();
        count(digest, pair.getImages());
        pair.getImages().forEach(image -> update(digest, (ByteBuffer) image));
        count(digest, pair.getCorruptedImages());
        pair.getCorruptedImages().forEach(image -> update(digest, image));
        prompt(digest, pair);
        update(digest, pair.getChosen());
        update(digest, pair.getRejected());
        return Bytes.wrap(digest.digest());
    }

    /** Digest of images, prompt and both answers, whichever of them was preferred. */
    static Bytes ofQuestion(PreferencePair pair) {
        var digest = DigestUtils.getSha256Digest();
        count(digest, pair.getImages());
        pair.getImages().forEach(image -> update(digest, (ByteBuffer) image));
        prompt(digest, pair);
        boolean inOrder = pair.getChosen().compareTo(pair.getRejected()) < 0;
        update(digest, inOrder ? pair.getChosen() : pair.getRejected());
        update(digest, inOrder ? pair.getRejected() : pair.getChosen());
        return Bytes.wrap(digest.digest());
    }

    static byte[] ofPrompt(PreferencePair pair) {
        var digest = DigestUtils.getSha256Digest();
        prompt(digest, pair);
        return digest.digest();
    }

    /** Of the bytes alone, as other tools compute it. */
    static byte[] of(ByteBuffer image) {
        var digest = DigestUtils.getSha256Digest();
        digest.update(image.duplicate());
        return digest.digest();
    }

    private static void prompt(MessageDigest digest, PreferencePair pair) {
        count(digest, pair.getPrompt());
        for (var message : pair.getPrompt()) {
            update(digest, message.getRole());
            count(digest, message.getContent());
            for (var part : message.getContent()) {
                update(digest, part.getType());
                update(digest, part.getText());
            }
        }
    }

    private static void count(MessageDigest digest, Collection<?> list) {
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, list.size()));
    }

    private static void update(MessageDigest digest, String text) {
        update(digest, StandardCharsets.UTF_8.encode(text));
    }

    private static void update(MessageDigest digest, ByteBuffer part) {
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, part.remaining()));
        digest.update(part.duplicate());
    }
}
