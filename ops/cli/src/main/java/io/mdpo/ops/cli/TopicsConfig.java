package io.mdpo.ops.cli;

import static io.mdpo.operator.SettingException.require;

import io.mdpo.schemas.Topic;
import java.util.Map;
import java.util.Optional;

/**
 * How the topics are created.
 *
 * @param topicPrefix first part of every topic name
 * @param kafka settings of the admin client; {@code bootstrap.servers} is required
 * @param partitions number of partitions of the topics that scale
 * @param replicationFactor copies of each partition; without it the broker's default
 */
public record TopicsConfig(
        String topicPrefix, Map<String, String> kafka, int partitions, Optional<Integer> replicationFactor) {
    public TopicsConfig {
        kafka = Map.copyOf(kafka);
        require(!topicPrefix.isBlank(), "topic-prefix", "is empty: the default is " + Topic.DEFAULT_PREFIX);
        require(
                !kafka.getOrDefault("bootstrap.servers", "").isBlank(),
                "kafka.bootstrap.servers",
                "is missing: name at least one broker as host:port");
        require(partitions > 0, "partitions", "is " + partitions + ": it must be at least 1");
        require(
                replicationFactor.stream().allMatch(factor -> factor > 0 && factor <= Short.MAX_VALUE),
                "replication-factor",
                "is " + replicationFactor.orElse(0) + ": it must be at least 1");
    }

    public static TopicsConfig defaults() {
        return new TopicsConfig(
                Topic.DEFAULT_PREFIX, Map.of("bootstrap.servers", "localhost:9092"), 6, Optional.empty());
    }
}
