package io.mdpo.learner.checkpoint;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Cuts a blob into chunks and names it by its digest. */
final class Chunks {
    private Chunks() {}

    /** Read-only views of {@code bytes}, each of {@code chunkBytes} except the last; one empty chunk for an empty blob. */
    static List<ByteBuffer> of(byte[] bytes, int chunkBytes) {
        var chunks = new ArrayList<ByteBuffer>();
        int start = 0;
        do {
            int length = Math.min(chunkBytes, bytes.length - start);
            chunks.add(ByteBuffer.wrap(bytes, start, length).slice().asReadOnlyBuffer());
            start += length;
        } while (start < bytes.length);
        return chunks;
    }

    /** Hex digest. */
    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
