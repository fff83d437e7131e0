package io.mdpo.scorer.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.mdpo.schemas.AvroSerde;
import io.mdpo.schemas.RejectionReason;
import io.mdpo.schemas.Topic;
import io.mdpo.schemas.avro.RejectedPair;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * A refused record with its reason.
 *
 * @param stage scorer or learner
 * @param source the record as it was read
 * @param pairId the pair's id, where the record could be decoded
 * @param message one sentence for a person
 */
public record DeadLetter(
        String stage,
        ConsumerRecord<byte[], byte[]> source,
        Optional<String> pairId,
        RejectionReason reason,
        String message) {
    private static final AvroSerde<RejectedPair> SERDE = AvroSerde.of(RejectedPair.class);

    /** The names that Kafka Streams gives the headers of its own dead letters, so that one tool reads both. */
    private static final String HEADER = "__streams.errors.";

    /** Room for the other fields of the dead letter beside the original bytes. */
    private static final int LARGEST_ORIGINAL = Topic.MAX_RECORD_BYTES - (1 << 16);

    /** The record for {@code <prefix>.rejected-pairs}: the source's key, value and headers, and why it was refused. */
    public ProducerRecord<byte[], byte[]> toRecord(String topicPrefix) {
        var headers = new RecordHeaders(source.headers());
        header(headers, "exception", reason.name());
        header(headers, "message", message);
        header(headers, "topic", source.topic());
        header(headers, "partition", Integer.toString(source.partition()));
        header(headers, "offset", Long.toString(source.offset()));
        return new ProducerRecord<>(
                Topic.REJECTED_PAIRS.name(topicPrefix), null, source.key(), SERDE.encode(toRejectedPair()), headers);
    }

    private RejectedPair toRejectedPair() {
        var value = Objects.requireNonNullElse(source.value(), new byte[0]);
        // One record that cannot even be refused would stop the service at the same offset for ever.
        boolean fits = value.length <= LARGEST_ORIGINAL;
        return RejectedPair.newBuilder()
                .setPairId(pairId.orElse(null))
                .setStage(stage)
                .setReason(reason.name())
                .setMessage(
                        fits ? message : message + "; its %d bytes are too many to repeat here".formatted(value.length))
                .setTopic(source.topic())
                .setPartition(source.partition())
                .setOffset(source.offset())
                .setTimestamp(Instant.ofEpochMilli(source.timestamp()))
                .setOriginalKey(wrap(source.key()))
                .setOriginal(ByteBuffer.wrap(fits ? value : new byte[0]))
                .build();
    }

    private static @Nullable ByteBuffer wrap(byte @Nullable [] bytes) {
        return bytes == null ? null : ByteBuffer.wrap(bytes);
    }

    private static void header(RecordHeaders headers, String name, String value) {
        headers.remove(HEADER + name).add(HEADER + name, value.getBytes(UTF_8));
    }
}
