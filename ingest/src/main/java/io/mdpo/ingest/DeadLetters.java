package io.mdpo.ingest;

import io.mdpo.ingest.outcome.Rejection;
import io.mdpo.kafka.DeadLetter;
import io.mdpo.schemas.Topic;
import java.util.Optional;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.Record;

/** Writes the record for {@link Topic#REJECTED_PAIRS} that tells of a refused raw record. */
final class DeadLetters {
    static final String STAGE = "ingest";

    private DeadLetters() {}

    /** The letter as Kafka Streams forwards it. */
    static <T> Record<Bytes, Verdict<T>> write(SourceRecord source, Optional<String> pairId, Rejection rejection) {
        var letter = new DeadLetter(
                STAGE,
                new DeadLetter.Source(
                        source.topic(),
                        source.partition(),
                        source.offset(),
                        source.timestamp().toEpochMilli(),
                        source.key().map(Bytes::get),
                        source.value().map(Bytes::get),
                        source.headers()),
                pairId,
                rejection.reason(),
                rejection.message());
        return new Record<>(
                letter.key().map(Bytes::new).orElse(null),
                new Verdict.DeadLetter<>(letter.letter()),
                source.timestamp().toEpochMilli(),
                letter.headers());
    }
}
