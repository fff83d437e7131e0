package io.mdpo.learner.service;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.mdpo.kafka.Transactions;
import io.mdpo.learner.checkpoint.BlobNames;
import io.mdpo.learner.checkpoint.CheckpointStore;
import io.mdpo.learner.checkpoint.CheckpointWriter;
import io.mdpo.learner.checkpoint.Retention;
import io.mdpo.learner.training.Trainer;
import io.mdpo.schemas.AvroSerde;
import io.mdpo.schemas.Topic;
import io.mdpo.schemas.avro.Checkpoint;
import io.mdpo.schemas.avro.TrainingMetrics;
import io.mdpo.scorer.torch.BlobSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Publishes a checkpoint, the metrics and dead letters of its steps, and the consumer offsets as one transaction. What
 * is published stays in memory until it is committed, so that a transaction that failed is simply written again.
 */
final class CheckpointPublisher implements CheckpointSink {
    private static final AvroSerde<TrainingMetrics> METRICS = AvroSerde.of(TrainingMetrics.class);

    private final LearnerConfig config;
    private final Trainer trainer;
    private final CheckpointStore store;
    private final Transactions transactions;
    private final ConsumerGroupMetadata group;
    private final CheckpointWriter writer;
    private final Retention retention;
    private final Originals originals;

    /**
     * @param originals of the refused records
     * @param group the group of the consumer, under which the offsets are committed
     */
    CheckpointPublisher(
            LearnerConfig config,
            Trainer trainer,
            CheckpointStore store,
            Originals originals,
            Transactions transactions,
            ConsumerGroupMetadata group) {
        this.originals = originals;
        this.config = config;
        this.trainer = trainer;
        this.store = store;
        this.transactions = transactions;
        this.group = group;
        this.writer = new CheckpointWriter(config.topicPrefix(), CheckpointWriter.DEFAULT_CHUNK_BYTES);
        this.retention = new Retention(config.keepCheckpoints());
    }

    /** Publishes until it is committed. */
    @Override
    public Checkpoint publish(Unpublished unpublished) {
        var blobs = new LinkedHashMap<String, BlobSource>();
        blobs.put(BlobNames.ADAPTER, trainer.adapter());
        blobs.put(BlobNames.OPTIMIZER, trainer.optimizerState());
        while (true) {
            var attempt = new Attempt(unpublished, blobs);
            if (transactions.commit(attempt::write)) {
                return attempt.checkpoint.orElseThrow();
            }
            // Rolled back, unless the answer to a commit was lost.
            var latest = store.latest(config.runId()).filter(checkpoint -> isOf(checkpoint, unpublished));
            if (latest.isPresent()) {
                return latest.get();
            }
        }
    }

    private boolean isOf(Checkpoint checkpoint, Unpublished unpublished) {
        return checkpoint.getStep() == trainer.step()
                && checkpoint.getOffsets().get(0).getOffset() == unpublished.nextOffset();
    }

    /** One transaction. */
    private final class Attempt {
        private final Unpublished unpublished;
        private final Map<String, BlobSource> blobs;
        private Optional<Checkpoint> checkpoint = Optional.empty();

        Attempt(Unpublished unpublished, Map<String, BlobSource> blobs) {
            this.unpublished = unpublished;
            this.blobs = blobs;
        }

        void write(Producer<byte[], byte[]> producer) {
            for (var metrics : unpublished.metrics()) {
                var unused = producer.send(new ProducerRecord<>(
                        Topic.TRAINING_METRICS.name(config.topicPrefix()),
                        0,
                        config.runId().getBytes(UTF_8),
                        METRICS.encode(metrics)));
            }
            // One at a time: the producer blocks when its buffer is full.
            for (var refusal : unpublished.refused()) {
                var unused = producer.send(originals.letter(refusal).toRecord(config.topicPrefix()));
            }
            var scoredPairs = Topic.SCORED_PAIRS.name(config.topicPrefix());
            var draft = unpublished
                    .draft(trainer.step(), scoredPairs)
                    .setConfigHash(trainer.configuration().digest())
                    .setConfiguration(trainer.configuration().text())
                    .setReferenceId(trainer.referenceId())
                    .setAdapterConfig(trainer.adapterConfig());
            checkpoint =
                    Optional.of(writer.write(producer, draft, blobs, written -> store.dropped(retention, written)));
            // The group has no members: the learner assigns its partition itself and is fenced by transactional id.
            producer.sendOffsetsToTransaction(
                    Map.of(new TopicPartition(scoredPairs, 0), new OffsetAndMetadata(unpublished.nextOffset())), group);
        }
    }
}
