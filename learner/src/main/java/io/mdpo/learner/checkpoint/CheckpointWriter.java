package io.mdpo.learner.checkpoint;

import io.mdpo.schemas.AvroSerde;
import io.mdpo.schemas.Topic;
import io.mdpo.schemas.avro.Blob;
import io.mdpo.schemas.avro.Checkpoint;
import io.mdpo.schemas.avro.CheckpointChunk;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;

/**
 * Writes checkpoints into the caller's open transaction: the chunks, then the tombstones of what the retention rule
 * drops, then the manifest as the last record.
 */
public final class CheckpointWriter {
    /** Small enough for any broker's limits with room to spare, large enough that the overhead does not count. */
    public static final int DEFAULT_CHUNK_BYTES = 1 << 20;

    private static final AvroSerde<Checkpoint> CHECKPOINT = AvroSerde.of(Checkpoint.class);
    private static final AvroSerde<CheckpointChunk> CHUNK = AvroSerde.of(CheckpointChunk.class);

    private final String manifestTopic;
    private final String chunkTopic;
    private final int chunkBytes;
    private final Retention retention;

    public CheckpointWriter(String topicPrefix, int chunkBytes, Retention retention) {
        this.manifestTopic = Topic.CHECKPOINTS.name(topicPrefix);
        this.chunkTopic = Topic.CHECKPOINT_CHUNKS.name(topicPrefix);
        this.chunkBytes = chunkBytes;
        this.retention = retention;
    }

    /**
     * Writes the blobs and a manifest made of them.
     *
     * @param producer inside a transaction, which the caller commits
     * @param draft all of the manifest except its blobs and its sha256
     * @param blobs bytes by name; the adapter's is named {@link BlobNames#ADAPTER}
     * @param existing the run's committed checkpoints
     * @return the manifest, which counts once the transaction is committed
     */
    public Checkpoint write(
            Producer<byte[], byte[]> producer,
            Checkpoint.Builder draft,
            Map<String, byte[]> blobs,
            Collection<Checkpoint> existing) {
        var written = new ArrayList<Blob>();
        blobs.forEach((name, bytes) -> written.add(writeBlob(producer, draft, name, bytes)));
        var checkpoint = draft.setBlobs(written)
                .setSha256(DigestUtils.sha256Hex(adapter(blobs)))
                .build();
        for (var dropped : retention.dropped(existing, checkpoint)) {
            writeTombstones(producer, dropped);
        }
        var unused = send(producer, manifestTopic, CheckpointKeys.manifest(checkpoint), CHECKPOINT.encode(checkpoint));
        return checkpoint;
    }

    private static byte[] adapter(Map<String, byte[]> blobs) {
        var adapter = blobs.get(BlobNames.ADAPTER);
        if (adapter == null) {
            throw new IllegalArgumentException(
                    "a checkpoint needs the blob %s; it has %s".formatted(BlobNames.ADAPTER, blobs.keySet()));
        }
        return adapter;
    }

    private Blob writeBlob(Producer<byte[], byte[]> producer, Checkpoint.Builder draft, String name, byte[] bytes) {
        var sent = new ArrayList<Future<RecordMetadata>>();
        for (var data : Chunks.of(bytes, chunkBytes)) {
            var key = CheckpointKeys.chunk(draft.getRunId(), draft.getStep(), name, sent.size());
            sent.add(send(producer, chunkTopic, key, CHUNK.encode(chunk(draft, name, sent.size(), data))));
        }
        producer.flush();
        var first = metadata(sent.get(0));
        return Blob.newBuilder()
                .setName(name)
                .setSizeBytes(bytes.length)
                .setChunkCount(sent.size())
                .setSha256(DigestUtils.sha256Hex(bytes))
                .setPartition(first.partition())
                .setFirstOffset(first.offset())
                .build();
    }

    private static CheckpointChunk chunk(Checkpoint.Builder draft, String name, int index, ByteBuffer data) {
        return CheckpointChunk.newBuilder()
                .setRunId(draft.getRunId())
                .setStep(draft.getStep())
                .setBlob(name)
                .setIndex(index)
                .setData(data)
                .build();
    }

    private void writeTombstones(Producer<byte[], byte[]> producer, Checkpoint dropped) {
        for (var blob : dropped.getBlobs()) {
            for (int index = 0; index < blob.getChunkCount(); index++) {
                var unused = send(producer, chunkTopic, CheckpointKeys.chunk(dropped, blob, index), null);
            }
        }
        var unused = send(producer, manifestTopic, CheckpointKeys.manifest(dropped), null);
    }

    private static Future<RecordMetadata> send(
            Producer<byte[], byte[]> producer, String topic, String key, byte @Nullable [] value) {
        // Partition 0 is the only one; a hash of the key would scatter a blob if an operator added partitions.
        return producer.send(new ProducerRecord<>(topic, 0, CheckpointKeys.bytes(key), value));
    }

    private static RecordMetadata metadata(Future<RecordMetadata> sent) {
        try {
            return sent.get();
        } catch (ExecutionException e) {
            throw new KafkaException("a chunk could not be sent", e.getCause());
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }
}
