package io.mdpo.learner.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.mdpo.kafka.CommittedReader;
import io.mdpo.schemas.AvroSerde;
import java.util.List;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;

/**
 * A compacted topic of one partition as a map by key: the manifests, or the tags. It is small and read once; after that only
 * what is new is read. A topic that is not there is empty: tags were given one later than manifests.
 */
final class CompactedLog<T extends SpecificRecord> {
    private final CommittedReader reader;
    private final AvroSerde<T> serde;
    private final TopicPartition partition;
    private final TreeMap<String, T> byKey = new TreeMap<>();
    private boolean found;

    CompactedLog(Consumer<byte[], byte[]> consumer, String topic, Class<T> type) {
        this.reader = new CommittedReader(consumer);
        this.serde = AvroSerde.of(type);
        this.partition = new TopicPartition(topic, 0);
    }

    /** The values of a run's keys, which begin with its id and a slash, in the order of their keys. */
    List<T> of(String runId) {
        refresh();
        // No run id has a slash; '0' is the character behind it.
        return List.copyOf(byKey.subMap(runId + "/", runId + "0").values());
    }

    private void refresh() {
        if (!found) {
            found = reader.partitions(partition.topic()).contains(partition);
            if (!found) {
                return;
            }
            reader.seek(partition, 0);
        }
        reader.read(record -> {
            var key = new String(record.key(), UTF_8);
            var value = serde.deserialize(record.topic(), record.value());
            if (value == null) {
                byKey.remove(key);
            } else {
                byKey.put(key, value);
            }
            return true;
        });
    }
}
