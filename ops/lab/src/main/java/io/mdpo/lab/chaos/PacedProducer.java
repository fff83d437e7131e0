package io.mdpo.lab.chaos;

import io.mdpo.schemas.Topic;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Sends records bit by bit, and waits through the times when the broker is away. */
final class PacedProducer implements AutoCloseable {
    private static final String TEN_MINUTES = "600000";

    private final KafkaProducer<String, byte[]> producer;
    private final List<ProducerRecord<String, byte[]>> records;
    private final List<Future<RecordMetadata>> sent = new ArrayList<>();

    PacedProducer(Map<String, String> kafka, List<ProducerRecord<String, byte[]>> records) {
        var settings = new HashMap<String, Object>(kafka);
        settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Topic.MAX_RECORD_BYTES);
        // Idempotent by default: what is sent again is written once, and in order.
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, TEN_MINUTES);
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, TEN_MINUTES);
        this.producer = new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
        this.records = records;
    }

    /** Sends records until so much of all is on its way, a share from 0 to 1. */
    void sendUpTo(double share) {
        while (sent.size() < Math.round(share * records.size())) {
            sent.add(producer.send(records.get(sent.size())));
        }
    }

    /** Waits until the broker has every record. */
    void finish() throws ExecutionException, InterruptedException {
        sendUpTo(1);
        for (var record : sent) {
            record.get();
        }
    }

    @Override
    public void close() {
        producer.close();
    }
}
