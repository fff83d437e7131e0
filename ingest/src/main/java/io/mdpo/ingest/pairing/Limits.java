package io.mdpo.ingest.pairing;

import io.mdpo.schemas.Topic;
import io.mdpo.schemas.avro.Interaction;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What is held, and how large a pair may get. A pair repeats an interaction's images and prompt, two answers and the ids
 * of all feedback that made it; with these bounds together it fits into a record, so that no record can stop the service.
 */
final class Limits {
    /** Longest id, of anything, and source, in UTF-16 units: ids are repeated in many records. */
    static final int ID_CHARS = 512;

    /** Feedback held for one interaction, and thumbs held for one content. */
    static final int HELD = 1_000;

    /** Bytes of what is held for one interaction, and of the thumbs for one content; they are in memory together. */
    static final long HELD_BYTES = 8 << 20;

    /** Bytes of an answer's text. */
    static final int TEXT_BYTES = 256 << 10;

    /** Bytes of everything of an interaction but its answers: its images, most of all. */
    static final long CONTENT_BYTES = Topic.MAX_RECORD_BYTES - (6 << 20);

    private Limits() {}

    static boolean isTooLarge(String text) {
        return text.length() > TEXT_BYTES / 3
                && (text.length() > TEXT_BYTES || text.getBytes(StandardCharsets.UTF_8).length > TEXT_BYTES);
    }

    /** Whether images and prompt leave too little room for the answers. */
    static boolean isTooLarge(Interaction interaction) {
        long bytes = 0;
        for (var image : interaction.getImages()) {
            bytes += image instanceof ByteBuffer encoded
                    ? encoded.remaining() + 8L
                    : 3L * image.toString().length();
        }
        for (var message : interaction.getPrompt()) {
            bytes += 3L * message.getRole().length() + 8;
            for (var part : message.getContent()) {
                bytes += 3L * (part.getType().length() + part.getText().length()) + 8;
            }
        }
        return bytes > CONTENT_BYTES;
    }
}
