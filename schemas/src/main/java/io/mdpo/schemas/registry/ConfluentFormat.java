package io.mdpo.schemas.registry;

import io.mdpo.operator.OutageException;
import io.mdpo.schemas.AvroSerde;
import io.mdpo.schemas.ReleasedSchemas;
import io.mdpo.schemas.registry.SchemaRegistry.Writer;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;

/**
 * The Confluent wire format: a zero, the id of the writer's schema in a registry (4 bytes, big-endian), Avro binary. It differs
 * from Avro's single-object encoding in what stands before the body alone, so a record goes from one to the other without being
 * decoded. With it stock tools read the topics; subjects are named {@code <topic>-value}. Safe for use by several threads.
 */
public final class ConfluentFormat {
    private static final int HEADER_BYTES = 1 + Integer.BYTES;

    private final SchemaRegistry registry;

    ConfluentFormat(SchemaRegistry registry) {
        this.registry = registry;
    }

    /**
     * The format with the registry that a Kafka client's settings name ({@code schema.registry.url} and what belongs to it);
     * empty where they name none.
     */
    public static Optional<ConfluentFormat> of(Map<String, String> kafka) {
        return RegistrySettings.of(kafka).map(settings -> new ConfluentFormat(new SchemaRegistry(settings)));
    }

    /** Whether a Kafka client's settings name a registry; throws where they cannot be used. */
    public static boolean isConfigured(Map<String, String> kafka) {
        return RegistrySettings.of(kafka).isPresent();
    }

    /** Whether a value starts as one in this format. */
    public static boolean is(byte[] value) {
        return value.length >= HEADER_BYTES && value[0] == 0;
    }

    /** Bytes of a client's values: written in this format where a registry is configured, and else as they are. */
    public static Serializer<byte[]> serializer(Map<String, String> kafka) {
        return of(kafka)
                .<Serializer<byte[]>>map(format -> (topic, value) -> value == null ? null : format.write(topic, value))
                .orElseGet(ByteArraySerializer::new);
    }

    /** Bytes of a client's values: brought into single-object encoding where a registry is configured. */
    public static Deserializer<byte[]> deserializer(Map<String, String> kafka) {
        return of(kafka)
                .<Deserializer<byte[]>>map(format -> (topic, value) -> value == null ? null : format.read(value))
                .orElseGet(ByteArrayDeserializer::new);
    }

    /**
     * Records of a topic for Kafka Streams: written in this format if there is one, and read in both encodings then.
     *
     * @param format of {@link #of}, one for all topics
     */
    public static <T extends SpecificRecord> Serde<T> serde(Class<T> type, Optional<ConfluentFormat> format) {
        var avro = AvroSerde.of(type);
        return format.map(confluent -> Serdes.serdeFrom(
                        (Serializer<T>)
                                (topic, value) -> value == null ? null : confluent.write(topic, avro.encode(value)),
                        (topic, value) -> value == null ? null : avro.decode(confluent.read(value))))
                .orElse(avro);
    }

    /**
     * A value in single-object encoding in this format; any other value as it is.
     *
     * @throws OutageException the registry does not tell the schema's id
     */
    public byte[] write(String topic, byte[] value) {
        return AvroSerde.fingerprint(value)
                .flatMap(ReleasedSchemas::find)
                .map(schema -> ByteBuffer.allocate(value.length - AvroSerde.HEADER_BYTES + HEADER_BYTES)
                        .put((byte) 0)
                        .putInt(registry.id(topic + "-value", schema))
                        .put(value, AvroSerde.HEADER_BYTES, value.length - AvroSerde.HEADER_BYTES)
                        .array())
                .orElse(value);
    }

    /**
     * A value in this format in single-object encoding, if one of our schemas wrote it; any other value as it is.
     *
     * @throws OutageException the registry does not tell the schema
     */
    public byte[] read(byte[] value) {
        if (!is(value)) {
            return value;
        }
        long fingerprint;
        try {
            fingerprint = writer(value).fingerprint();
        } catch (SerializationException e) {
            return value; // Whoever decodes it refuses it.
        }
        return ReleasedSchemas.find(fingerprint)
                .map(ours -> AvroSerde.withFingerprint(fingerprint, value, HEADER_BYTES))
                .orElse(value);
    }

    /**
     * The record in a value of this format, resolved from whatever schema wrote it.
     *
     * @throws SerializationException the schema is not to be had, or the value is none of it
     * @throws OutageException the registry does not tell the schema
     */
    public <T extends SpecificRecord> T decode(AvroSerde<T> serde, byte[] value) {
        var writer = writer(value);
        return serde.decode(writer.schema(), writer.fingerprint(), value, HEADER_BYTES);
    }

    private Writer writer(byte[] value) {
        return registry.writer(ByteBuffer.wrap(value, 1, Integer.BYTES).getInt());
    }
}
