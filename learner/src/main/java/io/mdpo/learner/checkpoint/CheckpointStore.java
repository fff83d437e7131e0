package io.mdpo.learner.checkpoint;

import io.mdpo.kafka.KafkaClients;
import io.mdpo.schemas.Topic;
import io.mdpo.schemas.avro.Checkpoint;
import io.mdpo.schemas.avro.CheckpointTag;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;

/**
 * The checkpoints in Kafka, as a reader sees them: only those whose transaction is committed. Not thread-safe.
 *
 * <p>Kafka calls that fail throw {@link org.apache.kafka.common.KafkaException}.
 */
public final class CheckpointStore implements AutoCloseable {
    /** A few chunks: a blob may be larger than the heap. */
    private static final int FETCH_BYTES = 4 * CheckpointWriter.DEFAULT_CHUNK_BYTES;

    private final Consumer<byte[], byte[]> manifestConsumer;
    private final Consumer<byte[], byte[]> tagConsumer;
    private final Consumer<byte[], byte[]> chunkConsumer;
    private final CompactedLog<Checkpoint> manifests;
    private final CompactedLog<CheckpointTag> tags;
    private final BlobReader blobs;

    /** @param kafka settings for the clients, {@code bootstrap.servers} among them */
    public CheckpointStore(String topicPrefix, Map<String, String> kafka) {
        var clients = new KafkaClients(kafka);
        this.manifestConsumer = clients.consumer(Map.of("auto.offset.reset", "earliest"));
        this.tagConsumer = clients.consumer(Map.of("auto.offset.reset", "earliest"));
        this.chunkConsumer = clients.consumer(Map.of(
                "auto.offset.reset",
                "earliest",
                ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
                FETCH_BYTES,
                ConsumerConfig.FETCH_MAX_BYTES_CONFIG,
                FETCH_BYTES));
        this.manifests = new CompactedLog<>(manifestConsumer, Topic.CHECKPOINTS.name(topicPrefix), Checkpoint.class);
        this.tags = new CompactedLog<>(tagConsumer, Topic.CHECKPOINT_TAGS.name(topicPrefix), CheckpointTag.class);
        this.blobs = new BlobReader(chunkConsumer, Topic.CHECKPOINT_CHUNKS.name(topicPrefix));
    }

    /** The checkpoint with the highest step. */
    public Optional<Checkpoint> latest(String runId) {
        var all = list(runId);
        return all.isEmpty() ? Optional.empty() : Optional.of(all.get(all.size() - 1));
    }

    /** Every checkpoint of the run that the retention rule has kept, by ascending step. */
    public List<Checkpoint> list(String runId) {
        return manifests.of(runId);
    }

    /** The names that people have given a checkpoint, as of now; sorted. */
    public Set<String> tags(Checkpoint checkpoint) {
        return tags(checkpoint.getRunId()).of(checkpoint);
    }

    private Tags tags(String runId) {
        return new Tags(tags.of(runId));
    }

    /**
     * What a rule drops of the checkpoints once another is there. Call it inside the transaction that drops them, after a
     * record of it was acknowledged: see {@link CheckpointTagger}.
     */
    public List<Checkpoint> dropped(Retention retention, Checkpoint written) {
        var current = tags(written.getRunId());
        return retention.dropped(list(written.getRunId()), written, checkpoint -> !current.of(checkpoint)
                .isEmpty());
    }

    /** {@link #fetch(Checkpoint, Path)} in the JVM's folder for temporary files. */
    public CheckpointFiles fetch(Checkpoint checkpoint) {
        return fetch(checkpoint, Path.of(System.getProperty("java.io.tmpdir")));
    }

    /**
     * The checkpoint's blobs as temporary files, each checked against the size and digest in the manifest; the caller closes
     * them.
     *
     * @param parent holds the folder of the files
     * @throws CorruptCheckpointException a chunk is missing or altered
     * @throws CheckpointFileException there is no room for them
     */
    public CheckpointFiles fetch(Checkpoint checkpoint, Path parent) {
        return CheckpointFiles.fetch(checkpoint, blobs, parent);
    }

    /**
     * Writes one blob, checked against the size and digest in the manifest.
     *
     * @param out holds the blob only once this has returned: what is wrong may be known after the last byte
     * @throws CorruptCheckpointException a chunk is missing or altered
     * @throws IOException what {@code out} throws
     */
    public void read(Checkpoint checkpoint, String blob, OutputStream out) throws IOException {
        blobs.read(checkpoint, CheckpointFiles.find(checkpoint, blob), out);
    }

    /**
     * Reads every blob and keeps nothing.
     *
     * @throws CorruptCheckpointException a chunk is missing or altered
     */
    public void verify(Checkpoint checkpoint) {
        try {
            for (var blob : checkpoint.getBlobs()) {
                blobs.read(checkpoint, blob, OutputStream.nullOutputStream());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        manifestConsumer.close();
        tagConsumer.close();
        chunkConsumer.close();
    }
}
