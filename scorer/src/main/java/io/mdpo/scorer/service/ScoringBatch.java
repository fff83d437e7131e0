package io.mdpo.scorer.service;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.mdpo.schemas.AvroSerde;
import io.mdpo.schemas.RejectionReason;
import io.mdpo.schemas.Topic;
import io.mdpo.schemas.avro.PreferencePair;
import io.mdpo.schemas.avro.ScoredPair;
import io.mdpo.scorer.kafka.DeadLetter;
import io.mdpo.scorer.service.ReferenceScorer.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.SerializationException;

/** The records of one poll, decoded, in the order in which they were read. */
final class ScoringBatch {
    private static final AvroSerde<PreferencePair> PAIR = AvroSerde.of(PreferencePair.class);
    private static final AvroSerde<ScoredPair> SCORED_PAIR = AvroSerde.of(ScoredPair.class);

    private final List<Entry> entries = new ArrayList<>();

    ScoringBatch(Iterable<ConsumerRecord<byte[], byte[]>> records) {
        records.forEach(record -> entries.add(decode(record)));
    }

    /** The pairs that could be decoded. */
    List<PreferencePair> pairs() {
        var pairs = new ArrayList<PreferencePair>();
        for (var entry : entries) {
            if (entry instanceof Decoded decoded) {
                pairs.add(decoded.pair);
            }
        }
        return pairs;
    }

    /** One result per record: the scored pair, or the dead letter of what was refused or could not be decoded. */
    List<Result> results(List<Outcome> outcomes) {
        if (outcomes.size() != pairs().size()) {
            throw new IllegalStateException(
                    "the scorer returned %d outcomes for %d pairs".formatted(outcomes.size(), pairs().size()));
        }
        var remaining = outcomes.iterator();
        var results = new ArrayList<Result>();
        for (var entry : entries) {
            if (entry instanceof Undecodable undecodable) {
                results.add(new Result.Rejected(undecodable.letter));
            } else if (entry instanceof Decoded decoded) {
                results.add(result(decoded, remaining.next()));
            }
        }
        return results;
    }

    private static Result result(Decoded decoded, Outcome outcome) {
        if (outcome instanceof Outcome.Refused refused) {
            return new Result.Rejected(new DeadLetter(
                    ScorerService.STAGE,
                    decoded.record,
                    Optional.of(decoded.pair.getPairId()),
                    refused.reason(),
                    refused.message()));
        }
        return new Result.Accepted(decoded.record, ((Outcome.Scored) outcome).pair());
    }

    private static Entry decode(ConsumerRecord<byte[], byte[]> record) {
        try {
            var pair = PAIR.deserialize(record.topic(), record.value());
            return pair == null ? undecodable(record, "the record has no value") : new Decoded(record, pair);
        } catch (SerializationException e) {
            return undecodable(record, String.valueOf(e.getMessage()));
        }
    }

    private static Entry undecodable(ConsumerRecord<byte[], byte[]> record, String message) {
        return new Undecodable(new DeadLetter(
                ScorerService.STAGE, record, Optional.empty(), RejectionReason.UNDECODABLE_RECORD, message));
    }

    private sealed interface Entry {}

    private record Decoded(ConsumerRecord<byte[], byte[]> record, PreferencePair pair) implements Entry {}

    private record Undecodable(DeadLetter letter) implements Entry {}

    /** What goes out for one record. */
    sealed interface Result {
        ProducerRecord<byte[], byte[]> toRecord(String topicPrefix);

        record Accepted(ConsumerRecord<byte[], byte[]> source, ScoredPair pair) implements Result {
            @Override
            public ProducerRecord<byte[], byte[]> toRecord(String topicPrefix) {
                // The timestamp is the pair's, not the clock's: what the learner derives from it is then a function of
                // the log. Partition 0 is the only one; see Topic.SCORED_PAIRS.
                return new ProducerRecord<>(
                        Topic.SCORED_PAIRS.name(topicPrefix),
                        0,
                        source.timestamp(),
                        pair.getPair().getPairId().getBytes(UTF_8),
                        SCORED_PAIR.encode(pair),
                        source.headers());
            }
        }

        record Rejected(DeadLetter letter) implements Result {
            @Override
            public ProducerRecord<byte[], byte[]> toRecord(String topicPrefix) {
                return letter.toRecord(topicPrefix);
            }
        }
    }
}
