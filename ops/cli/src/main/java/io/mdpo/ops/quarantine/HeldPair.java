package io.mdpo.ops.quarantine;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.mdpo.gate.Finding;
import io.mdpo.kafka.DeadLetter;
import io.mdpo.schemas.AvroSerde;
import io.mdpo.schemas.RejectionReason;
import io.mdpo.schemas.Topic;
import io.mdpo.schemas.avro.PreferencePair;
import io.mdpo.schemas.avro.QuarantinedPair;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * A pair in quarantine.
 *
 * @param held what the gate wrote
 * @param record where that stands
 */
public record HeldPair(QuarantinedPair held, ConsumerRecord<byte[], byte[]> record) {
    private static final AvroSerde<QuarantinedPair> SERDE = AvroSerde.of(QuarantinedPair.class);
    private static final AvroSerde<PreferencePair> PAIR = AvroSerde.of(PreferencePair.class);

    /** Which service a dead letter names for what a person dropped. */
    private static final String STAGE = "quarantine";

    /** The pair in a record; empty for a tombstone, and if something else was written to the topic. */
    static Optional<HeldPair> of(ConsumerRecord<byte[], byte[]> record) {
        try {
            return Optional.ofNullable(SERDE.deserialize(record.topic(), record.value()))
                    .map(held -> new HeldPair(held, record));
        } catch (SerializationException e) {
            return Optional.empty();
        }
    }

    /** Its name for an operator. */
    public String id() {
        return held.getPair().getPairId();
    }

    /** Where it goes when it is released; empty for a topic that no pair is released to. */
    Optional<Topic> destination() {
        return Stream.of(Topic.PAIRS, Topic.HELDOUT_PAIRS)
                .filter(topic -> topic.suffix().equals(held.getDestination()))
                .findFirst();
    }

    /**
     * The record that goes on, with the headers it came with. It has the time of its release: with its old one a topic's
     * retention might drop it before it is read.
     */
    ProducerRecord<byte[], byte[]> release(Topic destination, String topicPrefix) {
        var headers = new RecordHeaders(record.headers())
                .remove(Finding.RELEASED)
                .add(Finding.RELEASED, held.getGate().getBytes(UTF_8));
        return new ProducerRecord<>(
                destination.name(topicPrefix), null, id().getBytes(UTF_8), PAIR.encode(held.getPair()), headers);
    }

    /** The dead letter of a pair that a person dropped. */
    ProducerRecord<byte[], byte[]> drop(String topicPrefix) {
        var source = new DeadLetter.Source(
                record.topic(),
                record.partition(),
                record.offset(),
                record.timestamp(),
                Optional.ofNullable(record.key()),
                Optional.of(PAIR.encode(held.getPair())),
                record.headers());
        var message = "dropped from quarantine, where %s held it back: %s".formatted(held.getGate(), held.getMessage());
        return new DeadLetter(STAGE, source, Optional.of(id()), RejectionReason.DROPPED, message).toRecord(topicPrefix);
    }

    /** What takes it out of quarantine. */
    ProducerRecord<byte[], byte[]> tombstone() {
        return new ProducerRecord<>(record.topic(), record.partition(), record.key(), null);
    }
}
