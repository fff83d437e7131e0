package io.mdpo.ingest;

import io.mdpo.schemas.DeadLetterHeaders;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.utils.Bytes;

/**
 * A raw record as it came in, byte for byte, and where it stood.
 *
 * @param headers what the producer sent along, without the headers that ingest itself writes
 */
record SourceRecord(
        String topic,
        int partition,
        long offset,
        Instant timestamp,
        Optional<Bytes> key,
        Optional<Bytes> value,
        Headers headers) {
    /** Bytes of key, value and headers. */
    long size() {
        return bytes(key) + bytes(value) + DeadLetterHeaders.size(headers);
    }

    String position() {
        return "%s-%d at offset %d".formatted(topic, partition, offset);
    }

    private static int bytes(Optional<Bytes> part) {
        return part.map(bytes -> bytes.get().length).orElse(0);
    }
}
