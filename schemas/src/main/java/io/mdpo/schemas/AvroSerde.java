package io.mdpo.schemas;

import io.mdpo.schemas.avro.PreferencePair;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Map;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.message.BinaryMessageDecoder;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.avro.message.SchemaStore;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * Avro single-object encoding: the marker {@code C3 01}, the 8-byte fingerprint of the writer's schema, then the binary
 * body. A reader needs no registry: it knows every released schema and resolves an older record to the current one.
 *
 * <p>Reading throws {@link SerializationException} for anything that is not such a record: another marker, an unknown
 * fingerprint, a body that ends early or goes on too long.
 */
public final class AvroSerde<T extends SpecificRecord> implements Serde<T>, Serializer<T>, Deserializer<T> {
    static {
        // Avro decodes specific records only of packages named here, so that a record cannot choose a class to load.
        System.setProperty("org.apache.avro.SERIALIZABLE_PACKAGES", PreferencePair.class.getPackageName());
    }

    private final Class<T> type;
    private final BinaryMessageEncoder<T> encoder;
    private final BinaryMessageDecoder<T> decoder;

    private AvroSerde(Class<T> type, SchemaStore released) {
        var data = SpecificData.getForClass(type);
        var schema = data.getSchema(type);
        this.type = type;
        this.encoder = new BinaryMessageEncoder<>(data, schema);
        this.decoder = new BinaryMessageDecoder<>(data, schema, released);
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
        var body = ByteBuffer.wrap(bytes);
        try {
            var value = decoder.decode(body);
            if (body.hasRemaining()) {
                throw new SerializationException(
                        "%d bytes follow the %s record".formatted(body.remaining(), type.getSimpleName()));
            }
            return value;
        } catch (IOException | AvroRuntimeException | IndexOutOfBoundsException | NegativeArraySizeException e) {
            throw new SerializationException(
                    "not a %s in Avro single-object encoding: %s".formatted(type.getSimpleName(), e.getMessage()), e);
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
