package io.mdpo.ingest.encoding;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.mdpo.ingest.outcome.Outcome;
import io.mdpo.schemas.AvroSerde;
import io.mdpo.schemas.RejectionReason;
import io.mdpo.schemas.avro.PreferencePair;
import io.mdpo.schemas.registry.ConfluentFormat;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.utils.Bytes;

/**
 * Reads the value of a raw record in any of its encodings, told apart by the first bytes: Avro single-object ({@code C3 01}),
 * the Confluent wire format ({@code 00}) and JSON (an object, perhaps behind white space).
 */
public final class PairDecoder {
    private static final int QUOTED_BYTES = 8;

    private final AvroSerde<PreferencePair> avro = AvroSerde.of(PreferencePair.class);
    private final Optional<ConfluentFormat> confluent;

    /** @param confluent the format with its registry; without it its records are refused */
    public PairDecoder(Optional<ConfluentFormat> confluent) {
        this.confluent = confluent;
    }

    /**
     * The pair in a raw record, as the producer wrote it.
     *
     * @param key of the record: in JSON, the id of a pair that has none of its own
     * @param timestamp of the record: in JSON, the time of a pair that has none
     */
    public Outcome<PreferencePair> decode(byte[] value, Optional<Bytes> key, Instant timestamp) {
        return switch (first(value)) {
            case 0xC3 -> avro(() -> avro.decode(value));
            case 0 -> confluent(value);
            case '{' -> JsonPairs.read(value, key.map(bytes -> new String(bytes.get(), UTF_8)), timestamp);
            default ->
                Outcome.refused(
                        RejectionReason.UNDECODABLE_RECORD,
                        "the value starts with %s: it has to be Avro in single-object encoding (C3 01), Avro in the Confluent wire format (00) or a JSON object ({)"
                                .formatted(start(value)));
        };
    }

    private Outcome<PreferencePair> confluent(byte[] value) {
        if (confluent.isEmpty() || !ConfluentFormat.is(value)) {
            return Outcome.refused(
                    RejectionReason.UNDECODABLE_RECORD,
                    confluent.isEmpty()
                            ? "the value starts with 00, the Confluent wire format, and ingest has no registry to ask for its"
                                    + " schema: set kafka.schema.registry.url"
                            : "the value has %d bytes, too few for the Confluent wire format".formatted(value.length));
        }
        return avro(() -> confluent.get().decode(avro, value));
    }

    private static Outcome<PreferencePair> avro(Supplier<PreferencePair> decode) {
        try {
            return Outcome.accepted(decode.get());
        } catch (SerializationException | UnsupportedOperationException | IllegalArgumentException e) {
            // Avro answers a length beyond its limits with an UnsupportedOperationException.
            return Outcome.refused(RejectionReason.UNDECODABLE_RECORD, String.valueOf(e.getMessage()));
        }
    }

    /** The first byte, white space of JSON left out if there is an object behind it; -1 if there is none. */
    private static int first(byte[] value) {
        for (byte b : value) {
            if (b != ' ' && b != '\t' && b != '\n' && b != '\r') {
                return b & 0xFF;
            }
        }
        return -1;
    }

    private static String start(byte[] value) {
        return value.length == 0
                ? "nothing"
                : HexFormat.ofDelimiter(" ").withUpperCase().formatHex(value, 0, Math.min(value.length, QUOTED_BYTES));
    }
}
