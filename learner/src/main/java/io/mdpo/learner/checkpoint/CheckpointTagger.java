package io.mdpo.learner.checkpoint;

import io.mdpo.kafka.KafkaClients;
import io.mdpo.schemas.AvroSerde;
import io.mdpo.schemas.Topic;
import io.mdpo.schemas.avro.Checkpoint;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;

/** Gives checkpoints names, which the retention rule spares. */
public final class CheckpointTagger {
    private static final AvroSerde<Checkpoint> CHECKPOINT = AvroSerde.of(Checkpoint.class);

    private final String topic;
    private final KafkaClients clients;

    /** @param kafka settings for the clients, {@code bootstrap.servers} among them */
    public CheckpointTagger(String topicPrefix, Map<String, String> kafka) {
        this.topic = Topic.CHECKPOINTS.name(topicPrefix);
        this.clients = new KafkaClients(kafka);
    }

    /**
     * Adds a tag. The learner may drop the checkpoint at the same moment; so its bytes are read afterwards.
     *
     * @return the manifest with the tag
     * @throws IllegalArgumentException the checkpoint is not kept
     * @throws CorruptCheckpointException its bytes are not all there
     */
    public Checkpoint tag(CheckpointStore store, String runId, long step, String tag) {
        var untagged = find(store, runId, step);
        var tags = new LinkedHashSet<>(untagged.getTags());
        tags.add(tag);
        var checkpoint =
                Checkpoint.newBuilder(untagged).setTags(List.copyOf(tags)).build();
        try (var producer = clients.idempotentProducer()) {
            producer.send(new ProducerRecord<>(
                            topic,
                            0,
                            CheckpointKeys.bytes(CheckpointKeys.manifest(checkpoint)),
                            CHECKPOINT.encode(checkpoint)))
                    .get();
        } catch (ExecutionException e) {
            throw new KafkaException("the tag could not be written", e.getCause());
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
        var tagged = find(store, runId, step);
        store.verify(tagged);
        return tagged;
    }

    private static Checkpoint find(CheckpointStore store, String runId, long step) {
        return store.list(runId).stream()
                .filter(checkpoint -> checkpoint.getStep() == step)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "run %s has no checkpoint of step %d; list shows those that are kept".formatted(runId, step)));
    }
}
