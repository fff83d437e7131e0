package io.mdpo.learner.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.mdpo.schemas.AvroSerde;
import io.mdpo.schemas.avro.Blob;
import io.mdpo.schemas.avro.Checkpoint;
import io.mdpo.schemas.avro.CheckpointChunk;
import java.io.ByteArrayOutputStream;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;

/** Puts the blobs of a checkpoint together again and checks them against the manifest. */
final class BlobReader {
    private static final AvroSerde<CheckpointChunk> CHUNK = AvroSerde.of(CheckpointChunk.class);

    private final Consumer<byte[], byte[]> consumer;
    private final String topic;

    BlobReader(Consumer<byte[], byte[]> consumer, String topic) {
        this.consumer = consumer;
        this.topic = topic;
    }

    Map<String, byte[]> read(Checkpoint checkpoint) {
        var blobs = new LinkedHashMap<String, byte[]>();
        for (var blob : checkpoint.getBlobs()) {
            blobs.put(blob.getName(), read(checkpoint, blob));
        }
        return Collections.unmodifiableMap(blobs);
    }

    private byte[] read(Checkpoint checkpoint, Blob blob) {
        var bytes = new ByteArrayOutputStream();
        var chunks = find(checkpoint, blob);
        for (int index = 0; index < blob.getChunkCount(); index++) {
            var chunk = chunks.get(index);
            if (chunk == null) {
                throw new CorruptCheckpointException(
                        checkpoint, blob, "chunk %d of %d is missing".formatted(index, blob.getChunkCount()));
            }
            bytes.writeBytes(decode(checkpoint, blob, index, chunk));
        }
        return verified(checkpoint, blob, bytes.toByteArray());
    }

    /** The encoded chunks by index. Chunks of other runs may stand between them. */
    private Map<Integer, byte[]> find(Checkpoint checkpoint, Blob blob) {
        var indexOf = new HashMap<String, Integer>();
        for (int index = 0; index < blob.getChunkCount(); index++) {
            indexOf.put(CheckpointKeys.chunk(checkpoint, blob, index), index);
        }
        var found = new HashMap<Integer, byte[]>();
        var reader = new TopicReader(consumer, new TopicPartition(topic, blob.getPartition()));
        reader.awaitReadable(blob.getFirstOffset() + blob.getChunkCount() - 1);
        reader.seek(blob.getFirstOffset());
        reader.readToEnd(record -> {
            var index = indexOf.get(new String(record.key(), UTF_8));
            if (index != null && record.value() != null) {
                found.put(index, record.value());
            }
            return found.size() < blob.getChunkCount();
        });
        return found;
    }

    private static byte[] decode(Checkpoint checkpoint, Blob blob, int index, byte[] encoded) {
        try {
            var data = CHUNK.decode(encoded).getData();
            var bytes = new byte[data.remaining()];
            data.get(bytes);
            return bytes;
        } catch (SerializationException e) {
            throw new CorruptCheckpointException(checkpoint, blob, "chunk %d is %s".formatted(index, e.getMessage()));
        }
    }

    private static byte[] verified(Checkpoint checkpoint, Blob blob, byte[] bytes) {
        if (bytes.length != blob.getSizeBytes()) {
            throw new CorruptCheckpointException(
                    checkpoint,
                    blob,
                    "%d bytes instead of the %d in the manifest".formatted(bytes.length, blob.getSizeBytes()));
        }
        var sha256 = DigestUtils.sha256Hex(bytes);
        if (!sha256.equals(blob.getSha256())) {
            throw new CorruptCheckpointException(
                    checkpoint, blob, "sha256 is %s instead of %s".formatted(sha256, blob.getSha256()));
        }
        return bytes;
    }
}
