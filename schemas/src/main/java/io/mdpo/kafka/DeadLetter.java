package io.mdpo.kafka;

import io.mdpo.schemas.AvroSerde;
import io.mdpo.schemas.DeadLetterHeaders;
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

    /** Room for the other fields of the dead letter beside the original bytes. */
    private static final int LARGEST_ORIGINAL = Topic.MAX_RECORD_BYTES - (1 << 16);

    /** Longer ones are cut: some quote a decoder, which may quote its input. */
    private static final int MAX_MESSAGE_CHARS = 1_000;

    /** What ingest lets through. A longer id stands in the original. */
    private static final int MAX_PAIR_ID_CHARS = 512;

    public DeadLetter {
        message = message.substring(0, Math.min(message.length(), MAX_MESSAGE_CHARS));
        pairId = pairId.filter(id -> id.length() <= MAX_PAIR_ID_CHARS);
    }

    /**
     * The record for {@code <prefix>.rejected-pairs}: the source's key, value and headers, and why it was refused. One
     * record that cannot even be refused would stop the service at the same offset for ever, so a source whose copy does
     * not fit into a record again is named by topic, partition and offset alone.
     */
    public ProducerRecord<byte[], byte[]> toRecord(String topicPrefix) {
        long size = size();
        boolean whole = size <= LARGEST_ORIGINAL;
        var told = whole ? message : message + "; its %d bytes are too many to repeat here".formatted(size);
        var headers = DeadLetterHeaders.of(
                whole ? source.headers() : new RecordHeaders(),
                stage,
                reason.name(),
                told,
                source.topic(),
                source.partition(),
                source.offset());
        var key = whole ? source.key() : null;
        return new ProducerRecord<>(
                Topic.REJECTED_PAIRS.name(topicPrefix), null, key, SERDE.encode(toRejectedPair(told, whole)), headers);
    }

    /** Bytes of the source in a letter. The key stands there twice: it is the key of the letter, too. */
    private long size() {
        return length(source.value()) + 2 * length(source.key()) + DeadLetterHeaders.size(source.headers());
    }

    private static long length(byte @Nullable [] bytes) {
        return bytes == null ? 0 : bytes.length;
    }

    private RejectedPair toRejectedPair(String told, boolean whole) {
        var value = Objects.requireNonNullElse(source.value(), new byte[0]);
        return RejectedPair.newBuilder()
                .setPairId(pairId.orElse(null))
                .setStage(stage)
                .setReason(reason.name())
                .setMessage(told)
                .setTopic(source.topic())
                .setPartition(source.partition())
                .setOffset(source.offset())
                .setTimestamp(Instant.ofEpochMilli(source.timestamp()))
                .setOriginalKey(whole ? wrap(source.key()) : null)
                .setOriginal(ByteBuffer.wrap(whole ? value : new byte[0]))
                .build();
    }

    private static @Nullable ByteBuffer wrap(byte @Nullable [] bytes) {
        return bytes == null ? null : ByteBuffer.wrap(bytes);
    }
}
