package io.mdpo.learner.checkpoint;

import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/** Cuts a blob into chunks as it comes: every chunk but the last is full, and an empty blob has one that is empty. */
final class ChunkStream extends OutputStream {
    private final byte[] chunk;
    private final Consumer<ByteBuffer> each;
    private int filled;
    private long size;

    /** @param each takes a chunk at once: its bytes are overwritten afterwards */
    ChunkStream(int chunkBytes, Consumer<ByteBuffer> each) {
        this.chunk = new byte[chunkBytes];
        this.each = each;
    }

    @Override
    public void write(int value) {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) {
        for (int done = 0; done < length; ) {
            // Only when more follows: a blob that fills its last chunk has no empty one behind it.
            if (filled == chunk.length) {
                handOver();
            }
            int count = Math.min(length - done, chunk.length - filled);
            System.arraycopy(bytes, from + done, chunk, filled, count);
            filled += count;
            done += count;
        }
        size += length;
    }

    private void handOver() {
        each.accept(ByteBuffer.wrap(chunk, 0, filled));
        filled = 0;
    }

    /** Bytes so far. */
    long size() {
        return size;
    }

    /** Hands over the last chunk. */
    @Override
    public void close() {
        handOver();
    }
}
