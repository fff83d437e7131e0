package io.mdpo.learner.checkpoint;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Cuts a blob into chunks. */
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
}
