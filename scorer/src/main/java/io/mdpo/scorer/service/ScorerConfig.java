package io.mdpo.scorer.service;

import static io.mdpo.operator.SettingException.require;

import io.mdpo.schemas.FailuresInARow;
import io.mdpo.schemas.Topic;
import io.mdpo.scorer.gate.ScorerGatesConfig;
import io.mdpo.scorer.image.CorruptionConfig;
import io.mdpo.scorer.vlm.ModelConfig;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Map;

/**
 * Settings of the scoring service.
 *
 * @param topicPrefix first part of every topic name
 * @param groupId consumer group; all instances that share the work have the same
 * @param transactionalId unique to each running instance and stable over its restarts, so that a restarted instance
 *     settles at once what it left open. Empty: {@code <group id>-<host name>}, which fits one instance a host
 * @param kafka settings for every Kafka client, {@code bootstrap.servers} among them
 * @param model the reference
 * @param corruption how the corrupted image is made
 * @param gates what is looked at beyond single pairs
 * @param maxBatchPairs most pairs in one batch and one transaction
 * @param maxBatchBytes most bytes of records in one batch, but one record always
 * @param maxFailuresInARow the scorer stops when so many pairs in a row fail in a way that nobody foresaw
 */
@RecordBuilder
public record ScorerConfig(
        String topicPrefix,
        String groupId,
        String transactionalId,
        Map<String, String> kafka,
        ModelConfig model,
        CorruptionConfig corruption,
        ScorerGatesConfig gates,
        int maxBatchPairs,
        int maxBatchBytes,
        int maxFailuresInARow)
        implements ScorerConfigBuilder.With {

    public ScorerConfig {
        kafka = Map.copyOf(kafka);
        require(!topicPrefix.isBlank(), "topic-prefix", "is empty; the default is " + Topic.DEFAULT_PREFIX);
        require(!groupId.isBlank(), "group-id", "is empty; the default is mdpo-scorer");
        require(
                kafka.containsKey("bootstrap.servers"),
                "kafka.bootstrap.servers",
                "is missing; name at least one broker, for example localhost:9092");
        require(maxBatchPairs > 0, "max-batch-pairs", "is " + maxBatchPairs + "; it has to be at least 1");
        require(maxBatchBytes > 0, "max-batch-bytes", "is " + maxBatchBytes + "; it has to be at least 1");
        var unusedCount = new FailuresInARow(maxFailuresInARow);
    }

    /** The id that the producer uses: the configured one, or one of this host. */
    String producerId() {
        return transactionalId.isBlank() ? groupId + "-" + HostName.get() : transactionalId;
    }

    public static ScorerConfig defaults() {
        return ScorerConfigBuilder.builder()
                .topicPrefix(Topic.DEFAULT_PREFIX)
                .groupId("mdpo-scorer")
                .transactionalId("")
                .kafka(Map.of("bootstrap.servers", "localhost:9092"))
                .model(ModelConfig.defaults())
                .corruption(CorruptionConfig.defaults())
                .gates(ScorerGatesConfig.defaults())
                .maxBatchPairs(32)
                .maxBatchBytes(64 << 20)
                .maxFailuresInARow(FailuresInARow.DEFAULT_MOST)
                .build();
    }
}
