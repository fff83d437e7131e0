package io.mdpo.lab.quickstart;

import io.mdpo.lab.demo.CommittedTopic;
import io.mdpo.schemas.AvroSerde;
import io.mdpo.schemas.Topic;
import io.mdpo.schemas.avro.RejectedPair;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/** What the topics hold, counted by reading them as any consumer of committed records would. */
record TopicCounts(long ingested, long scored, long rejected, Map<String, Long> reasons) {
    static TopicCounts read(Map<String, String> kafka) {
        var serde = AvroSerde.of(RejectedPair.class);
        var reasons = new TreeMap<String, Long>();
        long rejected = new CommittedTopic(kafka, Topic.REJECTED_PAIRS)
                .forEach(record -> reasons.merge(serde.decode(record.value()).getReason(), 1L, Long::sum));
        return new TopicCounts(
                new CommittedTopic(kafka, Topic.RAW_PAIRS).forEach(record -> {}),
                new CommittedTopic(kafka, Topic.SCORED_PAIRS).forEach(record -> {}),
                rejected,
                Collections.unmodifiableMap(reasons));
    }
}
