package io.mdpo.schemas;

import io.mdpo.schemas.avro.AcceptedIds;
import io.mdpo.schemas.avro.Checkpoint;
import io.mdpo.schemas.avro.CheckpointChunk;
import io.mdpo.schemas.avro.CheckpointTag;
import io.mdpo.schemas.avro.Feedback;
import io.mdpo.schemas.avro.FeedbackOutcome;
import io.mdpo.schemas.avro.Interaction;
import io.mdpo.schemas.avro.PreferencePair;
import io.mdpo.schemas.avro.QuarantinedPair;
import io.mdpo.schemas.avro.RejectedPair;
import io.mdpo.schemas.avro.ScoredPair;
import io.mdpo.schemas.avro.TrainingMetrics;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.config.TopicConfig;

/**
 * Every topic of the system: what its key and value are, how many partitions it starts with and how long it keeps
 * records. A name on a broker is {@code <prefix>.<name>}, for example {@code mdpo.raw-pairs}.
 *
 * <p>{@link #SCORED_PAIRS} always has one partition: its offsets are the order in which a run learns, and a total order
 * is what makes the weights a function of the log. Scoring, which costs more, scales by the partitions of
 * {@link #PAIRS}.
 */
public enum Topic {
    INTERACTIONS("interactions", "interaction id", Interaction.class, Partitions.SCALABLE, Retention.DAYS_30),
    FEEDBACK("feedback", "interaction id", Feedback.class, Partitions.SCALABLE, Retention.DAYS_30),
    ACCEPTED_IDS(
            "accepted-ids", "transactional id of the gateway", AcceptedIds.class, Partitions.ONE, Retention.DAYS_7),
    FEEDBACK_OUTCOMES("feedback-outcomes", "feedback id", FeedbackOutcome.class, Partitions.ONE, Retention.DAYS_90),
    RAW_PAIRS("raw-pairs", "pair id", PreferencePair.class, Partitions.SCALABLE, Retention.DAYS_30),
    PAIRS("pairs", "pair id", PreferencePair.class, Partitions.SCALABLE, Retention.DAYS_30),
    HELDOUT_PAIRS("heldout-pairs", "pair id", PreferencePair.class, Partitions.SCALABLE, Retention.DAYS_30),
    QUARANTINED_PAIRS("quarantined-pairs", "pair id", QuarantinedPair.class, Partitions.ONE, Retention.COMPACTED),
    REJECTED_PAIRS(
            "rejected-pairs", "key of the refused record", RejectedPair.class, Partitions.ONE, Retention.DAYS_90),
    SCORED_PAIRS("scored-pairs", "pair id", ScoredPair.class, Partitions.ONE, Retention.FOREVER),
    SCORED_HELDOUT_PAIRS("scored-heldout-pairs", "pair id", ScoredPair.class, Partitions.ONE, Retention.DAYS_90),
    CHECKPOINTS("checkpoints", "run id / step", Checkpoint.class, Partitions.ONE, Retention.COMPACTED),
    CHECKPOINT_CHUNKS(
            "checkpoint-chunks",
            "run id / step / blob / index",
            CheckpointChunk.class,
            Partitions.ONE,
            Retention.COMPACTED),
    CHECKPOINT_TAGS("checkpoint-tags", "run id / step / tag", CheckpointTag.class, Partitions.ONE, Retention.COMPACTED),
    TRAINING_METRICS("training-metrics", "run id", TrainingMetrics.class, Partitions.ONE, Retention.DAYS_90);

    /** Prefix of the topic names unless the configuration says otherwise. */
    public static final String DEFAULT_PREFIX = "mdpo";

    /** Largest record that a topic takes and a client may send, in bytes: an image of 16 MiB and room for its texts. */
    public static final int MAX_RECORD_BYTES = 17 << 20;

    private final String suffix;
    private final String key;
    private final Class<? extends SpecificRecord> value;
    private final Partitions partitions;
    private final Retention retention;

    Topic(
            String suffix,
            String key,
            Class<? extends SpecificRecord> value,
            Partitions partitions,
            Retention retention) {
        this.suffix = suffix;
        this.key = key;
        this.value = value;
        this.partitions = partitions;
        this.retention = retention;
    }

    /** The topic's name on the broker, for example {@code mdpo.pairs}. */
    public String name(String prefix) {
        return prefix + "." + suffix;
    }

    /** The name without its prefix. */
    public String suffix() {
        return suffix;
    }

    /** What the record key holds, in words. Keys are UTF-8 strings. */
    public String keyDescription() {
        return key;
    }

    public Class<? extends SpecificRecord> valueType() {
        return value;
    }

    /** Number of partitions to create the topic with, given the number wished for the topics that scale. */
    public int partitions(int scalable) {
        return partitions == Partitions.ONE ? 1 : scalable;
    }

    /** Topic-level configuration: retention, cleanup policy, largest record. */
    public Map<String, String> config() {
        var config = new TreeMap<String, String>();
        config.put(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(MAX_RECORD_BYTES));
        if (retention == Retention.COMPACTED) {
            config.put(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT);
        } else {
            config.put(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE);
            config.put(TopicConfig.RETENTION_MS_CONFIG, Long.toString(retention.millis));
        }
        return Map.copyOf(config);
    }

    private enum Partitions {
        ONE,
        SCALABLE
    }

    private enum Retention {
        DAYS_7(Duration.ofDays(7).toMillis()),
        DAYS_30(Duration.ofDays(30).toMillis()),
        DAYS_90(Duration.ofDays(90).toMillis()),
        FOREVER(-1),
        COMPACTED(-1);

        private final long millis;

        Retention(long millis) {
            this.millis = millis;
        }
    }
}
