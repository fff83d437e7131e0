package io.mdpo.kafka;

import io.mdpo.schemas.AvroSerde;
import io.mdpo.schemas.DeadLetterHeaders;
import io.mdpo.schemas.RejectionReason;
import io.mdpo.schemas.Topic;
import io.mdpo.schemas.avro.RejectedPair;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * A refused record with its reason.
 *
 * @param stage ingest, scorer or learner
 * @param source the record as it was read
 * @param pairId the pair's id, where the record could be decoded
 * @param message one sentence for a person
 */
public record DeadLetter(String stage, Source source, Optional<String> pairId, RejectionReason reason, String message) {
    /** Largest source that a letter repeats: beside it, a record has room for the reason and the other fields. */
    public static final int LARGEST_ORIGINAL = Topic.MAX_RECORD_BYTES - (1 << 16);

    private static final AvroSerde<RejectedPair> SERDE = AvroSerde.of(RejectedPair.class);

    /** Longer ones are cut: some quote a decoder, which may quote its input. */
    private static final int MAX_MESSAGE_CHARS = 1_000;

    /** What ingest lets through. A longer id stands in the original. */
    private static final int MAX_PAIR_ID_CHARS = 512;

    /**
     * A record that was refused, byte for byte, and where it stood.
     *
     * @param timestamp milliseconds since the epoch
     */
    public record Source(
            String topic,
            int partition,
            long offset,
            long timestamp,
            Optional<byte[]> key,
            Optional<byte[]> value,
            Headers headers) {
        public static Source of(ConsumerRecord<byte[], byte[]> record) {
            return new Source(
                    record.topic(),
                    record.partition(),
                    record.offset(),
                    record.timestamp(),
                    Optional.ofNullable(record.key()),
                    Optional.ofNullable(record.value()),
                    record.headers());
        }

        /** Bytes of key, value and headers. */
        long size() {
            return length(key) + length(value) + DeadLetterHeaders.size(headers);
        }

        /** Bytes of the record in a letter. The key stands there twice: it is the key of the letter, too. */
        long copied() {
            return length(key) + size();
        }

        private static long length(Optional<byte[]> bytes) {
            return bytes.map(present -> present.length).orElse(0);
        }

        String position() {
            return "%s-%d at offset %d".formatted(topic, partition, offset);
        }
    }

    public DeadLetter {
        message = message.substring(0, Math.min(message.length(), MAX_MESSAGE_CHARS));
        pairId = pairId.filter(id -> id.length() <= MAX_PAIR_ID_CHARS);
    }

    public DeadLetter(
            String stage,
            ConsumerRecord<byte[], byte[]> source,
            Optional<String> pairId,
            RejectionReason reason,
            String message) {
        this(stage, Source.of(source), pairId, reason, message);
    }

    /**
     * The record for {@code <prefix>.rejected-pairs}: the source's key, value and headers, and why it was refused. One
     * record that cannot even be refused would stop the service at the same offset for ever, so a source whose copy does
     * not fit into a record again is named by topic, partition and offset alone.
     */
    public ProducerRecord<byte[], byte[]> toRecord(String topicPrefix) {
        return new ProducerRecord<>(
                Topic.REJECTED_PAIRS.name(topicPrefix), null, key().orElse(null), SERDE.encode(letter()), headers());
    }

    /** The letter's key: that of the source, where it is repeated. */
    public Optional<byte[]> key() {
        return source.key().filter(key -> isWhole());
    }

    /** The source's headers, where it is repeated, and those of {@link DeadLetterHeaders}. */
    public Headers headers() {
        return DeadLetterHeaders.of(
                isWhole() ? source.headers() : new RecordHeaders(),
                stage,
                reason.name(),
                told(),
                source.topic(),
                source.partition(),
                source.offset());
    }

    /** The letter itself. */
    public RejectedPair letter() {
        return RejectedPair.newBuilder()
                .setPairId(pairId.orElse(null))
                .setStage(stage)
                .setReason(reason.name())
                .setMessage(told())
                .setTopic(source.topic())
                .setPartition(source.partition())
                .setOffset(source.offset())
                .setTimestamp(Instant.ofEpochMilli(source.timestamp()))
                .setOriginalKey(key().map(ByteBuffer::wrap).orElse(null))
                .setOriginal(ByteBuffer.wrap(
                        source.value().filter(value -> isWhole()).orElseGet(() -> new byte[0])))
                .build();
    }

    private boolean isWhole() {
        return source.copied() <= LARGEST_ORIGINAL;
    }

    private String told() {
        return isWhole()
                ? message
                : "%s (the %d bytes of the record are too many to copy: find it in %s)"
                        .formatted(message, source.size(), source.position());
    }
}
