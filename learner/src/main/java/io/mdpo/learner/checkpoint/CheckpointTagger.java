package io.mdpo.learner.checkpoint;

import io.mdpo.kafka.KafkaClients;
import io.mdpo.schemas.AvroSerde;
import io.mdpo.schemas.Topic;
import io.mdpo.schemas.avro.Checkpoint;
import io.mdpo.schemas.avro.CheckpointTag;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Gives checkpoints names, which the retention rule spares.
 *
 * <p>The learner may drop the checkpoint at the same moment, in a transaction that has not seen the tag. Such a transaction
 * looked at the tags after one of its chunks was acknowledged; so that chunk stands below the end that the topics have once
 * the tag is there. When no transaction is open below that end, every one that did not see the tag is settled, and whether
 * the checkpoint is kept is certain.
 */
public final class CheckpointTagger {
    private static final AvroSerde<CheckpointTag> TAG = AvroSerde.of(CheckpointTag.class);

    /** Longer than the broker lets a learner's transaction be open, unless the operator's settings say otherwise. */
    private static final Duration SETTLED_WITHIN = Duration.ofMinutes(6);

    private static final Duration LOOK = Duration.ofMillis(100);

    private final String topicPrefix;
    private final String topic;
    private final KafkaClients clients;

    /** @param kafka settings for the clients, {@code bootstrap.servers} among them */
    public CheckpointTagger(String topicPrefix, Map<String, String> kafka) {
        this.topicPrefix = topicPrefix;
        this.topic = Topic.CHECKPOINT_TAGS.name(topicPrefix);
        this.clients = new KafkaClients(kafka);
    }

    /**
     * Adds a tag, and returns when the checkpoint is certain to be kept and was found whole.
     *
     * @return the checkpoint
     * @throws IllegalArgumentException the checkpoint is not kept, or the tag is no name
     * @throws CorruptCheckpointException its bytes are not all there
     * @throws TimeoutException a transaction stayed open
     */
    public Checkpoint tag(CheckpointStore store, String runId, long step, String tag) {
        if (tag.isBlank() || tag.length() > 200) {
            throw new IllegalArgumentException("a tag has 1 to 200 characters");
        }
        find(store, runId, step);
        write(runId, step, tag, TAG.encode(new CheckpointTag(runId, step, tag, Instant.now())));
        awaitTransactions();
        Checkpoint checkpoint;
        try {
            checkpoint = find(store, runId, step);
        } catch (IllegalArgumentException e) {
            write(runId, step, tag, null);
            throw e;
        }
        store.verify(checkpoint);
        return checkpoint;
    }

    /**
     * Takes a tag away. The checkpoint is dropped with the next one that is published, if it is not among those kept.
     *
     * @throws IllegalArgumentException there is no such tag, or it stands in the manifest, where earlier releases wrote it
     */
    public void untag(CheckpointStore store, String runId, long step, String tag) {
        var checkpoint = find(store, runId, step);
        if (checkpoint.getTags().contains(tag)) {
            throw new IllegalArgumentException(
                    "the tag %s of step %d was given by an earlier release and stands in the manifest: it stays"
                            .formatted(tag, step));
        }
        if (!store.tags(checkpoint).contains(tag)) {
            throw new IllegalArgumentException(
                    "step %d of run %s has no tag %s; it has %s".formatted(step, runId, tag, store.tags(checkpoint)));
        }
        write(runId, step, tag, null);
    }

    private void write(String runId, long step, String tag, byte @Nullable [] value) {
        try (var producer = clients.idempotentProducer()) {
            producer.send(new ProducerRecord<>(
                            topic, 0, CheckpointKeys.bytes(CheckpointKeys.tag(runId, step, tag)), value))
                    .get();
        } catch (ExecutionException e) {
            throw new KafkaException(
                    "the tag could not be written to %s: %s; see topics create".formatted(topic, e.getMessage()),
                    e.getCause());
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    /** Returns when every transaction is settled that has records in the checkpoint topics now. */
    private void awaitTransactions() {
        var partitions = List.of(
                new TopicPartition(Topic.CHECKPOINTS.name(topicPrefix), 0),
                new TopicPartition(Topic.CHECKPOINT_CHUNKS.name(topicPrefix), 0));
        try (var admin = clients.admin()) {
            var ends = ends(admin, partitions, IsolationLevel.READ_UNCOMMITTED);
            long start = System.nanoTime();
            while (isBelow(ends(admin, partitions, IsolationLevel.READ_COMMITTED), ends)) {
                if (System.nanoTime() - start > SETTLED_WITHIN.toNanos()) {
                    throw new TimeoutException(
                            "the tag is written, and a transaction of the learner has been open for %d s, which may drop the checkpoint: see checkpoints show when it has ended"
                                    .formatted(SETTLED_WITHIN.toSeconds()));
                }
                Thread.sleep(LOOK.toMillis());
            }
        } catch (ExecutionException e) {
            throw new KafkaException("the end of the checkpoint topics could not be read", e.getCause());
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    private static boolean isBelow(Map<TopicPartition, Long> stable, Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream().anyMatch(end -> stable.getOrDefault(end.getKey(), 0L) < end.getValue());
    }

    private static Map<TopicPartition, Long> ends(
            Admin admin, List<TopicPartition> partitions, IsolationLevel isolation)
            throws ExecutionException, InterruptedException {
        var latest = partitions.stream().collect(Collectors.toMap(p -> p, p -> OffsetSpec.latest()));
        var ends = new HashMap<TopicPartition, Long>();
        admin.listOffsets(latest, new ListOffsetsOptions(isolation))
                .all()
                .get()
                .forEach((partition, found) -> ends.put(partition, found.offset()));
        return ends;
    }

    private static Checkpoint find(CheckpointStore store, String runId, long step) {
        return store.list(runId).stream()
                .filter(checkpoint -> checkpoint.getStep() == step)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "run %s has no checkpoint of step %d; list shows those that are kept".formatted(runId, step)));
    }
}
