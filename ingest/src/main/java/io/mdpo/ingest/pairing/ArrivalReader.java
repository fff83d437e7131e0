package io.mdpo.ingest.pairing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.mdpo.ingest.encoding.Defaults;
import io.mdpo.ingest.encoding.JsonEvents;
import io.mdpo.ingest.outcome.Outcome;
import io.mdpo.schemas.AvroSerde;
import io.mdpo.schemas.RejectionReason;
import io.mdpo.schemas.avro.Feedback;
import io.mdpo.schemas.avro.Interaction;
import io.mdpo.schemas.registry.ConfluentFormat;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.utils.Bytes;

/**
 * Decodes interactions and feedback, in Avro single-object encoding, in the Confluent wire format where a registry is
 * configured, or in JSON; and refuses what could not be joined.
 */
final class ArrivalReader {
    private static final AvroSerde<Interaction> INTERACTION = AvroSerde.of(Interaction.class);
    private static final AvroSerde<Feedback> FEEDBACK = AvroSerde.of(Feedback.class);

    /** White space before an object. */
    private static final int JSON_START = 64;

    private final Optional<ConfluentFormat> confluent;

    ArrivalReader(Optional<ConfluentFormat> confluent) {
        this.confluent = confluent;
    }

    Arrival interaction(Optional<Bytes> key, Optional<Bytes> value, Instant timestamp) {
        return guarded(value, bytes -> decode(INTERACTION, JsonEvents::interaction, bytes, key, timestamp)
                .then(interaction -> check(key, interaction.getInteractionId(), List.of(interaction.getSource()))
                        .then(id ->
                                Outcome.accepted(new Arrival.OfInteraction(interaction, inAvro(interaction, bytes))))));
    }

    Arrival feedback(Optional<Bytes> key, Optional<Bytes> value, Instant timestamp) {
        return guarded(value, bytes -> decode(FEEDBACK, JsonEvents::feedback, bytes, key, timestamp)
                .then(said -> said.getFeedbackId().isBlank()
                        ? Outcome.refused(RejectionReason.EMPTY_ID, "the feedback id is empty or only white space")
                        : check(
                                        key,
                                        said.getInteractionId(),
                                        List.of(said.getFeedbackId(), said.getRater(), said.getSource()))
                                .then(id -> Outcome.accepted(new Arrival.OfFeedback(said)))));
    }

    private static Bytes inAvro(Interaction interaction, byte[] bytes) {
        return Bytes.wrap(AvroSerde.fingerprint(bytes).isPresent() ? bytes : INTERACTION.encode(interaction));
    }

    private <T extends SpecificRecord> Outcome<T> decode(
            AvroSerde<T> avro,
            BiFunction<byte[], Defaults, Outcome<T>> json,
            byte[] bytes,
            Optional<Bytes> key,
            Instant timestamp) {
        if (new String(bytes, 0, Math.min(bytes.length, JSON_START), ISO_8859_1)
                .stripLeading()
                .startsWith("{")) {
            return json.apply(bytes, new Defaults(key.map(Keys::text), "", timestamp));
        }
        try {
            return Outcome.accepted(
                    confluent.isPresent() && ConfluentFormat.is(bytes)
                            ? confluent.get().decode(avro, bytes)
                            : avro.decode(bytes));
        } catch (SerializationException e) {
            return Outcome.refused(RejectionReason.UNDECODABLE_RECORD, String.valueOf(e.getMessage()));
        }
    }

    private static Arrival guarded(Optional<Bytes> value, Function<byte[], Outcome<Arrival>> reading) {
        var read = value.isEmpty()
                ? Outcome.<Arrival>refused(RejectionReason.UNDECODABLE_RECORD, "the record has no value")
                : Outcome.guarded(() -> reading.apply(value.get().get()));
        return read instanceof Outcome.Refused<Arrival> refused
                ? new Arrival.Refused(
                        refused.rejection().reason(), refused.rejection().message())
                : read.toOptional().orElseThrow();
    }

    private static Outcome<String> check(Optional<Bytes> key, String interactionId, List<String> others) {
        if (interactionId.isBlank()) {
            return Outcome.refused(RejectionReason.EMPTY_ID, "the interaction id is empty or only white space");
        }
        int longest = others.stream().mapToInt(String::length).max().orElse(0);
        longest = Math.max(longest, interactionId.length());
        if (longest > Limits.ID_CHARS) {
            return Outcome.refused(
                    RejectionReason.TEXT_TOO_LONG,
                    "an id, the rater or the source has %d characters, and at most %d are allowed"
                            .formatted(longest, Limits.ID_CHARS));
        }
        if (!key.equals(Optional.of(Keys.utf8(interactionId)))) {
            return Outcome.refused(
                    RejectionReason.KEY_MISMATCH,
                    key.isEmpty()
                            ? "the record has no key: it must be the interaction id in UTF-8"
                            : "the record key is not the interaction id in UTF-8");
        }
        return Outcome.accepted(interactionId);
    }
}
