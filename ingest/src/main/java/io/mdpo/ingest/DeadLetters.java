package io.mdpo.ingest;

import io.mdpo.ingest.outcome.Rejection;
import io.mdpo.schemas.DeadLetterHeaders;
import io.mdpo.schemas.Topic;
import io.mdpo.schemas.avro.RejectedPair;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/** Writes the record for {@link Topic#REJECTED_PAIRS} that tells of a refused raw record. */
final class DeadLetters {
    static final String STAGE = "ingest";

    private DeadLetters() {}

    /**
     * The letter holds key and value byte for byte, and the producer's headers. A record so large that its copy would not
     * fit into a record again (within 64 KiB of {@link Topic#MAX_RECORD_BYTES}) is named by topic, partition and offset
     * alone, and the message says so.
     */
    static <T> Record<Bytes, Verdict<T>> write(SourceRecord source, Optional<String> pairId, Rejection rejection) {
        // The key stands twice: it is the key of the letter, too.
        long size = source.size() + source.key().map(key -> key.get().length).orElse(0);
        boolean whole = size <= Screening.MAX_PAIR_BYTES;
        var message = whole
                ? rejection.message()
                : "%s (the %d bytes of the record are too many to copy: find it in %s)"
                        .formatted(rejection.message(), source.size(), source.position());
        var key = whole ? source.key() : Optional.<Bytes>empty();
        var letter = RejectedPair.newBuilder()
                .setPairId(pairId.filter(id -> id.length() <= PairValidator.MAX_PAIR_ID_CHARS)
                        .orElse(null))
                .setStage(STAGE)
                .setReason(rejection.reason().name())
                .setMessage(message)
                .setTopic(source.topic())
                .setPartition(source.partition())
                .setOffset(source.offset())
                .setTimestamp(source.timestamp())
                .setOriginalKey(buffer(key))
                .setOriginal(ByteBuffer.wrap(
                        source.value().filter(value -> whole).map(Bytes::get).orElse(new byte[0])))
                .build();
        var headers = DeadLetterHeaders.of(
                whole ? source.headers() : new RecordHeaders(),
                STAGE,
                rejection.reason().name(),
                message,
                source.topic(),
                source.partition(),
                source.offset());
        return new Record<>(
                key.orElse(null),
                new Verdict.DeadLetter<>(letter),
                source.timestamp().toEpochMilli(),
                headers);
    }

    private static @Nullable ByteBuffer buffer(Optional<Bytes> bytes) {
        return bytes.map(present -> ByteBuffer.wrap(present.get())).orElse(null);
    }
}
