package io.mdpo.scorer.service;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.mdpo.gate.Finding;
import io.mdpo.kafka.DeadLetter;
import io.mdpo.schemas.AvroSerde;
import io.mdpo.schemas.DeadLetterHeaders;
import io.mdpo.schemas.PairGuard;
import io.mdpo.schemas.RejectionReason;
import io.mdpo.schemas.Topic;
import io.mdpo.schemas.avro.PreferencePair;
import io.mdpo.schemas.avro.QuarantinedPair;
import io.mdpo.schemas.avro.ScoredPair;
import io.mdpo.scorer.gate.DisagreementGate;
import io.mdpo.scorer.service.ReferenceScorer.Outcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;

/** The records of one poll, decoded, in the order in which they were read. */
final class ScoringBatch {
    private static final AvroSerde<PreferencePair> PAIR = AvroSerde.of(PreferencePair.class);
    private static final AvroSerde<ScoredPair> SCORED_PAIR = AvroSerde.of(ScoredPair.class);
    private static final AvroSerde<QuarantinedPair> QUARANTINED_PAIR = AvroSerde.of(QuarantinedPair.class);

    /** What is left of a record for Kafka's own framing. */
    private static final int LARGEST_RESULT = Topic.MAX_RECORD_BYTES - (64 << 10);

    private final List<Entry> entries = new ArrayList<>();

    ScoringBatch(Iterable<ConsumerRecord<byte[], byte[]>> records) {
        records.forEach(record -> entries.add(PairGuard.guard(
                () -> decode(record), sentence -> undecodable(record, RejectionReason.UNPREPARABLE_PAIR, sentence))));
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

    /** One result per record: the scored pair, one that the gate holds back, or the dead letter of what was refused. */
    List<Result> results(List<Outcome> outcomes, DisagreementGate gate) {
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
                var outcome = remaining.next();
                results.add(PairGuard.guard(
                        () -> result(decoded, outcome, gate),
                        sentence -> refused(decoded, RejectionReason.UNPREPARABLE_PAIR, sentence)));
            }
        }
        return results;
    }

    private static Result result(Decoded decoded, Outcome outcome, DisagreementGate gate) {
        if (outcome instanceof Outcome.Refused refused) {
            return refused(decoded, refused.reason(), refused.message());
        }
        var scored = ((Outcome.Scored) outcome).pair();
        var accepted = new Result.Accepted(decoded.record, scored);
        if (accepted.size() > LARGEST_RESULT) {
            return refused(
                    decoded,
                    RejectionReason.RECORD_TOO_LARGE,
                    "with its log-probabilities the pair takes %d bytes in a record, and at most %d are allowed"
                            .formatted(accepted.size(), LARGEST_RESULT));
        }
        // A person has looked at it: it is no evidence either way.
        if (decoded.record.headers().lastHeader(Finding.RELEASED) != null) {
            return accepted;
        }
        return gate.inspect(partition(decoded.record), scored)
                .<Result>map(finding -> new Result.Quarantined(decoded.record, decoded.pair, finding))
                .orElse(accepted);
    }

    private static TopicPartition partition(ConsumerRecord<byte[], byte[]> record) {
        return new TopicPartition(record.topic(), record.partition());
    }

    private static Result refused(Decoded decoded, RejectionReason reason, String message) {
        return new Result.Rejected(new DeadLetter(
                ScorerService.STAGE, decoded.record, Optional.of(decoded.pair.getPairId()), reason, message));
    }

    private static Entry decode(ConsumerRecord<byte[], byte[]> record) {
        try {
            var pair = PAIR.deserialize(record.topic(), record.value());
            return pair == null
                    ? undecodable(record, RejectionReason.UNDECODABLE_RECORD, "the record has no value")
                    : new Decoded(record, pair);
        } catch (SerializationException e) {
            return undecodable(record, RejectionReason.UNDECODABLE_RECORD, String.valueOf(e.getMessage()));
        }
    }

    private static Entry undecodable(ConsumerRecord<byte[], byte[]> record, RejectionReason reason, String message) {
        return new Undecodable(new DeadLetter(ScorerService.STAGE, record, Optional.empty(), reason, message));
    }

    private sealed interface Entry {}

    private record Decoded(ConsumerRecord<byte[], byte[]> record, PreferencePair pair) implements Entry {}

    private record Undecodable(DeadLetter letter) implements Entry {}

    /** What goes out for one record. */
    sealed interface Result {
        ProducerRecord<byte[], byte[]> toRecord(String topicPrefix);

        /** What was read from the held-out pairs never goes to the learner. */
        private static boolean isHeldOut(ConsumerRecord<byte[], byte[]> source, String topicPrefix) {
            return source.topic().equals(Topic.HELDOUT_PAIRS.name(topicPrefix));
        }

        /** Brokers take a negative time, which stands for none; clients refuse to send one. */
        private static long timestamp(ConsumerRecord<byte[], byte[]> source) {
            return Math.max(0, source.timestamp());
        }

        final class Accepted implements Result {
            private final ConsumerRecord<byte[], byte[]> source;
            private final byte[] key;
            private final byte[] value;

            Accepted(ConsumerRecord<byte[], byte[]> source, ScoredPair pair) {
                this.source = source;
                this.key = pair.getPair().getPairId().getBytes(UTF_8);
                this.value = SCORED_PAIR.encode(pair);
            }

            /** Upper bound of the bytes of key, value and headers. */
            long size() {
                return (long) key.length + value.length + DeadLetterHeaders.size(source.headers());
            }

            @Override
            public ProducerRecord<byte[], byte[]> toRecord(String topicPrefix) {
                var topic = Result.isHeldOut(source, topicPrefix) ? Topic.SCORED_HELDOUT_PAIRS : Topic.SCORED_PAIRS;
                // The timestamp is the pair's, not the clock's: what the learner derives from it is then a function of
                // the log. Partition 0 is the only one; see Topic.SCORED_PAIRS.
                return new ProducerRecord<>(
                        topic.name(topicPrefix), 0, timestamp(source), key, value, source.headers());
            }

            boolean isHeldOut(String topicPrefix) {
                return Result.isHeldOut(source, topicPrefix);
            }
        }

        /** The pair as it was read: released, it is scored again, by the reference of that day. */
        record Quarantined(ConsumerRecord<byte[], byte[]> source, PreferencePair pair, Finding finding)
                implements Result {
            @Override
            public ProducerRecord<byte[], byte[]> toRecord(String topicPrefix) {
                var destination = isHeldOut(source, topicPrefix) ? Topic.HELDOUT_PAIRS : Topic.PAIRS;
                long timestamp = timestamp(source);
                var value = finding.quarantine(pair, destination, Instant.ofEpochMilli(timestamp));
                return new ProducerRecord<>(
                        Topic.QUARANTINED_PAIRS.name(topicPrefix),
                        null,
                        timestamp,
                        pair.getPairId().getBytes(UTF_8),
                        QUARANTINED_PAIR.encode(value),
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
