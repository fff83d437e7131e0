package io.mdpo.learner.checkpoint;

import io.mdpo.schemas.AvroSerde;
import io.mdpo.schemas.Topic;
import io.mdpo.schemas.avro.Blob;
import io.mdpo.schemas.avro.Checkpoint;
import io.mdpo.schemas.avro.CheckpointChunk;
import io.mdpo.scorer.torch.BlobSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.security.DigestOutputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.apache.commons.codec.binary.Hex;
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

    private static final int CHUNKS_IN_FLIGHT = 16;

    private static final AvroSerde<Checkpoint> CHECKPOINT = AvroSerde.of(Checkpoint.class);
    private static final AvroSerde<CheckpointChunk> CHUNK = AvroSerde.of(CheckpointChunk.class);

    private final String manifestTopic;
    private final String chunkTopic;
    private final int chunkBytes;

    public CheckpointWriter(String topicPrefix, int chunkBytes) {
        this.manifestTopic = Topic.CHECKPOINTS.name(topicPrefix);
        this.chunkTopic = Topic.CHECKPOINT_CHUNKS.name(topicPrefix);
        this.chunkBytes = chunkBytes;
    }

    /**
     * Writes the blobs and a manifest made of them.
     *
     * @param producer inside a transaction, which the caller commits
     * @param draft all of the manifest except its blobs and its sha256
     * @param blobs by name; the adapter's is named {@link BlobNames#ADAPTER}
     * @param dropped what the retention rule drops once this one is there; asked when the chunks are acknowledged, so that a
     *     tag is either seen, or waits for the end of this transaction
     * @return the manifest, which counts once the transaction is committed
     */
    public Checkpoint write(
            Producer<byte[], byte[]> producer,
            Checkpoint.Builder draft,
            Map<String, BlobSource> blobs,
            Function<Checkpoint, List<Checkpoint>> dropped) {
        var written = new ArrayList<Blob>();
        blobs.forEach((name, source) -> written.add(writeBlob(producer, draft, name, source)));
        var checkpoint = draft.setBlobs(written).setSha256(adapter(written)).build();
        dropped.apply(checkpoint).forEach(old -> writeTombstones(producer, old));
        var unused = send(producer, manifestTopic, CheckpointKeys.manifest(checkpoint), CHECKPOINT.encode(checkpoint));
        return checkpoint;
    }

    private static String adapter(List<Blob> blobs) {
        return blobs.stream()
                .filter(blob -> blob.getName().equals(BlobNames.ADAPTER))
                .map(Blob::getSha256)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("a checkpoint needs the blob %s; it has %s"
                        .formatted(
                                BlobNames.ADAPTER,
                                blobs.stream().map(Blob::getName).toList())));
    }

    private Blob writeBlob(
            Producer<byte[], byte[]> producer, Checkpoint.Builder draft, String name, BlobSource source) {
        var sending = new Sending(producer, draft, name);
        var digest = DigestUtils.getSha256Digest();
        var chunks = new ChunkStream(chunkBytes, sending::send);
        try (var digested = new DigestOutputStream(chunks, digest)) {
            source.writeTo(digested);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        var first = sending.settle();
        return Blob.newBuilder()
                .setName(name)
                .setSizeBytes(chunks.size())
                .setChunkCount(sending.count)
                .setSha256(Hex.encodeHexString(digest.digest()))
                .setPartition(first.partition())
                .setFirstOffset(first.offset())
                .build();
    }

    /** The chunks of one blob on their way, a few at a time: memory, and a failure is seen before the rest is produced. */
    private final class Sending {
        private final Producer<byte[], byte[]> producer;
        private final Checkpoint.Builder draft;
        private final String name;
        private final Queue<Future<RecordMetadata>> inFlight = new ArrayDeque<>();
        private @Nullable RecordMetadata first;
        private int count;

        Sending(Producer<byte[], byte[]> producer, Checkpoint.Builder draft, String name) {
            this.producer = producer;
            this.draft = draft;
            this.name = name;
        }

        void send(ByteBuffer data) {
            if (inFlight.size() == CHUNKS_IN_FLIGHT) {
                awaitOldest();
            }
            var key = CheckpointKeys.chunk(draft.getRunId(), draft.getStep(), name, count);
            var chunk = new CheckpointChunk(draft.getRunId(), draft.getStep(), name, count++, data);
            inFlight.add(CheckpointWriter.send(producer, chunkTopic, key, CHUNK.encode(chunk)));
        }

        private void awaitOldest() {
            var acknowledged = metadata(inFlight.remove());
            if (first == null) {
                first = acknowledged;
            }
        }

        /** Waits for all of them; where the first one stands. */
        RecordMetadata settle() {
            producer.flush();
            while (!inFlight.isEmpty()) {
                awaitOldest();
            }
            return Objects.requireNonNull(first, "a blob has a chunk");
        }
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
