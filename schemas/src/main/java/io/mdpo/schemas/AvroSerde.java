package io.mdpo.schemas;

import io.mdpo.schemas.avro.PreferencePair;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.avro.message.SchemaStore;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecord;
import org.apache.avro.util.ClassSecurityValidator;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * Avro single-object encoding: the marker {@code C3 01}, the 8-byte fingerprint of the writer's schema, then the binary
 * body. A reader needs no registry: it knows every released schema, and resolves or upgrades an older record to the current one.
 *
 * <p>Reading throws {@link SerializationException} for anything that is not such a record: another marker, an unknown
 * fingerprint, a body that ends early or goes on too long.
 */
public final class AvroSerde<T extends SpecificRecord> implements Serde<T>, Serializer<T>, Deserializer<T> {
    static {
        // A length that a record claims is allocated before it is read: nothing is longer than the largest record.
        for (var limit : List.of("bytes.maxLength", "string.maxLength", "collectionItems.maxLength")) {
            System.setProperty("org.apache.avro.limits." + limit, Integer.toString(Topic.MAX_RECORD_BYTES));
        }
        // Avro decodes specific records only of packages that are trusted, so that a record cannot choose a class to
        // load.
        ClassSecurityValidator.setGlobal(
                ClassSecurityValidator.composite(ClassSecurityValidator.getGlobal(), type -> type.getPackageName()
                        .equals(PreferencePair.class.getPackageName())));
    }

    /** What stands before the body: the marker and the fingerprint. */
    public static final int HEADER_BYTES = 2 + Long.BYTES;

    private final Class<T> type;
    private final BinaryMessageEncoder<T> encoder;
    private final SpecificData data;
    private final Schema schema;
    private final SchemaStore released;

    private AvroSerde(Class<T> type, SchemaStore released) {
        this.type = type;
        this.data = SpecificData.getForClass(type);
        this.schema = data.getSchema(type);
        this.released = released;
        this.encoder = new BinaryMessageEncoder<>(data, schema);
    }

    /** The fingerprint of the schema that wrote a record; empty for bytes that are not in single-object encoding. */
    public static Optional<Long> fingerprint(byte[] bytes) {
        if (bytes.length < HEADER_BYTES || (bytes[0] & 0xFF) != 0xC3 || bytes[1] != 0x01) {
            return Optional.empty();
        }
        return Optional.of(ByteBuffer.wrap(bytes, 2, Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .getLong());
    }

    /** A record in single-object encoding, of its fingerprint and a body that stands in {@code bytes} from {@code from} on. */
    public static byte[] withFingerprint(long fingerprint, byte[] bytes, int from) {
        return ByteBuffer.allocate(HEADER_BYTES + bytes.length - from)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put((byte) 0xC3)
                .put((byte) 0x01)
                .putLong(fingerprint)
                .put(bytes, from, bytes.length - from)
                .array();
    }

    private SerializationException notOurs(byte[] bytes) {
        var why = bytes.length > 0 && bytes[0] == 0
                ? "it starts with 00, the Confluent wire format, which needs kafka.schema.registry.url and one of our schemas"
                : "it does not start with C3 01";
        return new SerializationException(
                "not a %s in Avro single-object encoding: %s".formatted(type.getSimpleName(), why));
    }

    /** A serde for one generated record type. It is thread-safe. */
    public static <T extends SpecificRecord> AvroSerde<T> of(Class<T> type) {
        return new AvroSerde<>(type, ReleasedSchemas.of(type));
    }

    public byte[] encode(T value) {
        try {
            var buffer = encoder.encode(value);
            var bytes = new byte[buffer.remaining()];
            buffer.get(bytes);
            return bytes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Decodes one record; throws {@link SerializationException} with a sentence that can be shown to a person. */
    public T decode(byte[] bytes) {
        long fingerprint = fingerprint(bytes).orElseThrow(() -> notOurs(bytes));
        var writer = released.findByFingerprint(fingerprint);
        if (writer == null) {
            throw new SerializationException(
                    "not a %s that any release wrote: unknown schema fingerprint".formatted(type.getSimpleName()));
        }
        return decode(writer, fingerprint, bytes, HEADER_BYTES);
    }

    /**
     * Decodes one record that stands without a header in {@code bytes} from {@code from} on; throws as {@link #decode(byte[])}.
     *
     * @param writer the schema that wrote it
     * @param fingerprint of that schema
     */
    public T decode(Schema writer, long fingerprint, byte[] bytes, int from) {
        try {
            var body = DecoderFactory.get().binaryDecoder(bytes, from, bytes.length - from, null);
            var upgrade = Upgrade.of(fingerprint);
            var value = upgrade.isPresent()
                    ? type.cast(upgrade.get().read(body))
                    : new SpecificDatumReader<T>(writer, schema, data).read(null, body);
            if (!body.isEnd()) {
                throw new SerializationException("bytes follow the %s record".formatted(type.getSimpleName()));
            }
            return value;
        } catch (IOException
                | AvroRuntimeException
                | IndexOutOfBoundsException
                | NegativeArraySizeException
                | UnsupportedOperationException e) {
            throw new SerializationException(
                    "not a %s in Avro binary: %s".formatted(type.getSimpleName(), e.getMessage()), e);
        }
    }

    @Override
    public byte @Nullable [] serialize(String topic, @Nullable T value) {
        return value == null ? null : encode(value);
    }

    @Override
    public @Nullable T deserialize(String topic, byte @Nullable [] bytes) {
        return bytes == null ? null : decode(bytes);
    }

    @Override
    public Serializer<T> serializer() {
        return this;
    }

    @Override
    public Deserializer<T> deserializer() {
        return this;
    }

    @Override
    public void configure(Map<String, ?> configs, boolean isKey) {
        // Nothing to configure.
    }

    @Override
    public void close() {
        // Nothing to close.
    }
}
