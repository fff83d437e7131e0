package io.mdpo.ops.quickstart;

import io.mdpo.schemas.Topic;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Sends the stream to {@code raw-pairs} as any producer would. */
final class PairProducer {
    private final Map<String, String> kafka;

    PairProducer(Map<String, String> kafka) {
        this.kafka = kafka;
    }

    void send(PairStream stream) {
        var settings = new HashMap<String, Object>(kafka);
        settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Topic.MAX_RECORD_BYTES);
        var topic = Topic.RAW_PAIRS.name(Topic.DEFAULT_PREFIX);
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer())) {
            stream.forEach(record -> producer.send(new ProducerRecord<>(topic, record.key(), record.value()), (done, e) -> {
                if (e != null) {
                    throw new IllegalStateException("the broker did not take a pair", e);
                }
            }));
        }
    }
}
