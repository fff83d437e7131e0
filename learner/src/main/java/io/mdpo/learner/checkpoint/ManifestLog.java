package io.mdpo.learner.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.mdpo.schemas.AvroSerde;
import io.mdpo.schemas.avro.Checkpoint;
import java.util.List;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;

/** The compacted manifest topic as a map. It is small and read once; after that only what is new is read. */
final class ManifestLog {
    private static final AvroSerde<Checkpoint> CHECKPOINT = AvroSerde.of(Checkpoint.class);

    private final TopicReader reader;
    private final TreeMap<String, Checkpoint> byKey = new TreeMap<>();

    ManifestLog(Consumer<byte[], byte[]> consumer, String topic) {
        this.reader = new TopicReader(consumer, new TopicPartition(topic, 0));
        reader.seek(0);
    }

    List<Checkpoint> of(String runId) {
        refresh();
        return byKey.values().stream()
                .filter(checkpoint -> checkpoint.getRunId().equals(runId))
                .toList();
    }

    private void refresh() {
        reader.readToEnd(record -> {
            var key = new String(record.key(), UTF_8);
            var checkpoint = CHECKPOINT.deserialize(record.topic(), record.value());
            if (checkpoint == null) {
                byKey.remove(key);
            } else {
                byKey.put(key, checkpoint);
            }
            return true;
        });
    }
}
