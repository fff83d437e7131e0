package io.mdpo.learner.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.mdpo.kafka.CommittedReader;
import io.mdpo.schemas.AvroSerde;
import io.mdpo.schemas.avro.Blob;
import io.mdpo.schemas.avro.Checkpoint;
import io.mdpo.schemas.avro.CheckpointChunk;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import org.apache.commons.codec.binary.Hex;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/** Puts the blobs of a checkpoint together again, a chunk in memory at a time, and checks them against the manifest. */
final class BlobReader {
    private static final AvroSerde<CheckpointChunk> CHUNK = AvroSerde.of(CheckpointChunk.class);

    private final Consumer<byte[], byte[]> consumer;
    private final String topic;

    BlobReader(Consumer<byte[], byte[]> consumer, String topic) {
        this.consumer = consumer;
        this.topic = topic;
    }

    /**
     * Writes a blob.
     *
     * @param out holds the blob only once this has returned: what is wrong may be known after the last byte
     * @throws CorruptCheckpointException a chunk is missing or altered
     * @throws IOException what {@code out} throws
     */
    void read(Checkpoint checkpoint, Blob blob, OutputStream out) throws IOException {
        var reader = new CommittedReader(consumer);
        var partition = new TopicPartition(topic, blob.getPartition());
        reader.awaitReadable(partition, blob.getFirstOffset() + blob.getChunkCount() - 1);
        reader.seek(partition, blob.getFirstOffset());
        var passage = new Passage(checkpoint, blob, out);
        try {
            reader.read(record -> {
                passage.take(new String(record.key(), UTF_8), record.value());
                return passage.next < blob.getChunkCount();
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        passage.verify();
    }

    /** A blob on its way: its chunks stand in order, and those of other runs may stand between them. */
    private static final class Passage {
        private final Checkpoint checkpoint;
        private final Blob blob;
        private final OutputStream out;
        private final MessageDigest digest = DigestUtils.getSha256Digest();
        private int next;
        private long size;

        Passage(Checkpoint checkpoint, Blob blob, OutputStream out) {
            this.checkpoint = checkpoint;
            this.blob = blob;
            this.out = out;
        }

        void take(String key, byte @Nullable [] value) {
            if (value == null || !key.equals(CheckpointKeys.chunk(checkpoint, blob, next))) {
                return;
            }
            var data = decode(value);
            size += data.remaining();
            digest.update(data.duplicate());
            try {
                out.write(data.array(), data.arrayOffset() + data.position(), data.remaining());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            next++;
        }

        private ByteBuffer decode(byte[] encoded) {
            try {
                return CHUNK.decode(encoded).getData();
            } catch (SerializationException e) {
                throw new CorruptCheckpointException(
                        checkpoint, blob, "chunk %d is %s".formatted(next, e.getMessage()));
            }
        }

        void verify() {
            if (next < blob.getChunkCount()) {
                throw new CorruptCheckpointException(
                        checkpoint, blob, "chunk %d of %d is missing".formatted(next, blob.getChunkCount()));
            }
            if (size != blob.getSizeBytes()) {
                throw new CorruptCheckpointException(
                        checkpoint,
                        blob,
                        "%d bytes instead of the %d in the manifest".formatted(size, blob.getSizeBytes()));
            }
            var sha256 = Hex.encodeHexString(digest.digest());
            if (!sha256.equals(blob.getSha256())) {
                throw new CorruptCheckpointException(
                        checkpoint, blob, "sha256 is %s instead of %s".formatted(sha256, blob.getSha256()));
            }
        }
    }
}
