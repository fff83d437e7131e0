package io.mdpo.lab.quickstart;

import io.mdpo.lab.demo.PairStream;
import io.mdpo.schemas.Topic;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Sends the stream to {@code raw-pairs} as any producer would. */
final class PairProducer {
    private final Map<String, String> kafka;

    PairProducer(Map<String, String> kafka) {
        this.kafka = kafka;
    }

    /** Returns when the broker has every record; throws if it refuses one. */
    void send(PairStream stream) throws ExecutionException, InterruptedException {
        var settings = new HashMap<String, Object>(kafka);
        settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Topic.MAX_RECORD_BYTES);
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer())) {
            var sent = new ArrayList<Future<RecordMetadata>>();
            stream.forEach(record -> sent.add(producer.send(record)));
            for (var record : sent) {
                record.get();
            }
        }
    }
}
