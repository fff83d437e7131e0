package io.mdpo.learner.checkpoint;

import io.mdpo.kafka.KafkaClients;
import io.mdpo.schemas.Topic;
import io.mdpo.schemas.avro.Checkpoint;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;

/**
 * The checkpoints in Kafka, as a reader sees them: only those whose transaction is committed. Not thread-safe.
 *
 * <p>Kafka calls that fail throw {@link org.apache.kafka.common.KafkaException}.
 */
public final class CheckpointStore implements AutoCloseable {
    private final Consumer<byte[], byte[]> manifestConsumer;
    private final Consumer<byte[], byte[]> chunkConsumer;
    private final ManifestLog manifests;
    private final BlobReader blobs;

    /** @param kafka settings for the clients, {@code bootstrap.servers} among them */
    public CheckpointStore(String topicPrefix, Map<String, String> kafka) {
        var clients = new KafkaClients(kafka);
        this.manifestConsumer = clients.consumer(Map.of("auto.offset.reset", "earliest"));
        this.chunkConsumer = clients.consumer(Map.of("auto.offset.reset", "earliest"));
        this.manifests = new ManifestLog(manifestConsumer, Topic.CHECKPOINTS.name(topicPrefix));
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

    /**
     * The checkpoint's blobs by name, each checked against the size and digest in the manifest.
     *
     * @throws CorruptCheckpointException a chunk is missing or altered
     */
    public Map<String, byte[]> load(Checkpoint checkpoint) {
        return blobs.read(checkpoint);
    }

    @Override
    public void close() {
        manifestConsumer.close();
        chunkConsumer.close();
    }
}
