package io.mdpo.lab.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.mdpo.lab.demo.CommittedTopic;
import io.mdpo.schemas.AvroSerde;
import io.mdpo.schemas.Topic;
import io.mdpo.schemas.avro.RejectedPair;
import io.mdpo.schemas.avro.TrainingMetrics;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Every record of a run, counted by what it is called. */
final class Ledger {
    private final Map<String, Integer> raw;
    private final Map<String, Integer> pairs;
    private final Map<String, Integer> scored;
    private final Map<String, Integer> steps = new HashMap<>();
    private final Map<String, Integer> rejectedAt = new HashMap<>();
    private final Set<String> rejectedKeys = new HashSet<>();

    /** Reads the topics of a pipeline that has come to rest. */
    Ledger(Map<String, String> kafka) {
        raw = keys(kafka, Topic.RAW_PAIRS);
        pairs = keys(kafka, Topic.PAIRS);
        scored = keys(kafka, Topic.SCORED_PAIRS);
        var rejected = AvroSerde.of(RejectedPair.class);
        new CommittedTopic(kafka, Topic.REJECTED_PAIRS).forEach(record -> {
            var letter = rejected.decode(record.value());
            rejectedAt.merge("%s %d".formatted(letter.getTopic(), letter.getOffset()), 1, Integer::sum);
            rejectedKeys.add(new String(record.key(), UTF_8));
        });
        var metrics = AvroSerde.of(TrainingMetrics.class);
        new CommittedTopic(kafka, Topic.TRAINING_METRICS)
                .forEach(record ->
                        steps.merge(Long.toString(metrics.decode(record.value()).getStep()), 1, Integer::sum));
    }

    private static Map<String, Integer> keys(Map<String, String> kafka, Topic topic) {
        var keys = new HashMap<String, Integer>();
        new CommittedTopic(kafka, topic)
                .forEach(record -> keys.merge(new String(record.key(), UTF_8), 1, Integer::sum));
        return keys;
    }

    /** Records that entered; one that was sent twice on purpose counts twice. */
    long entered() {
        return sum(raw);
    }

    long rejected() {
        return sum(rejectedAt);
    }

    long scored() {
        return sum(scored);
    }

    /** Ids that entered and were neither scored nor rejected. */
    long lost() {
        return raw.keySet().stream()
                .filter(id -> !scored.containsKey(id) && !rejectedKeys.contains(id))
                .count();
    }

    /** Pairs, scored pairs, refusals of one record and steps that are there more than once. */
    long repeated() {
        return surplus(pairs) + surplus(scored) + surplus(rejectedAt) + surplus(steps);
    }

    private static long sum(Map<String, Integer> counts) {
        return counts.values().stream().mapToLong(Integer::longValue).sum();
    }

    private static long surplus(Map<String, Integer> counts) {
        return sum(counts) - counts.size();
    }
}
