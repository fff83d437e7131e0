package io.mdpo.ops.rejected;

import io.mdpo.ingest.encoding.PairDecoder;
import io.mdpo.ingest.outcome.Outcome;
import io.mdpo.schemas.AvroSerde;
import io.mdpo.schemas.DeadLetterHeaders;
import io.mdpo.schemas.avro.PreferencePair;
import io.mdpo.schemas.avro.RejectedPair;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.utils.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * One dead letter.
 *
 * @param offset where it stands in the topic of refused pairs, which has one partition: its name for an operator
 * @param time when it was refused; for ingest, whose letters have the time of the refused record, that time
 * @param pair the letter
 * @param headers those of the refused record, and those of {@link DeadLetterHeaders}
 */
public record DeadLetter(long offset, Instant time, RejectedPair pair, Headers headers) {
    private static final AvroSerde<RejectedPair> SERDE = AvroSerde.of(RejectedPair.class);

    /** The letter in a record; empty if something else was written to the topic. */
    static Optional<DeadLetter> of(ConsumerRecord<byte[], byte[]> record) {
        try {
            return Optional.ofNullable(SERDE.deserialize(record.topic(), record.value()))
                    .map(pair -> new DeadLetter(
                            record.offset(), Instant.ofEpochMilli(record.timestamp()), pair, record.headers()));
        } catch (SerializationException e) {
            return Optional.empty();
        }
    }

    /** The key of the refused record, for people. */
    public String key() {
        return Printable.bytes(originalKey());
    }

    byte @Nullable [] originalKey() {
        return pair.getOriginalKey() == null ? null : pair.getOriginalKey().array();
    }

    /** The value of the refused record; empty if it had none, or was too large to be copied. */
    byte[] original() {
        return pair.getOriginal().array();
    }

    /**
     * The pair in a refused record of ingest or scorer.
     *
     * @throws SerializationException there is none in it
     */
    PreferencePair decode(PairDecoder decoder) {
        var key = Optional.ofNullable(originalKey()).map(Bytes::wrap);
        var decoded = decoder.decode(original(), key, pair.getTimestamp());
        if (decoded instanceof Outcome.Refused<PreferencePair> refused) {
            throw new SerializationException(refused.rejection().message());
        }
        return decoded.toOptional().orElseThrow();
    }

    /** The letter that the refused record was sent again for, if it was. */
    Optional<String> retryOf() {
        return Optional.ofNullable(headers.lastHeader(DeadLetterHeaders.RETRY_OF))
                .map(header -> Printable.bytes(header.value()));
    }

    String position() {
        return "%s-%d at offset %d".formatted(pair.getTopic(), pair.getPartition(), pair.getOffset());
    }
}
