package io.mdpo.schemas.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.mdpo.operator.OutageException;
import java.net.URLEncoder;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.kafka.common.errors.SerializationException;

/** The schemas of a registry by their ids, and the ids of ours. What it answered once is kept. Safe for use by several threads. */
final class SchemaRegistry {
    /** Schemas that are remembered; a text has at most 256 KiB. */
    private static final int MAX_SCHEMAS = 100;

    private final RegistryClient client;
    private final boolean register;
    private final Map<Integer, Writer> schemas = new LinkedHashMap<Integer, Writer>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, Writer> eldest) {
            return size() > MAX_SCHEMAS;
        }
    };
    private final Map<Registered, Integer> ids = new HashMap<>();

    /** The schema that wrote a record, and its fingerprint. */
    record Writer(Schema schema, long fingerprint) {}

    private record Registered(String subject, Schema schema) {}

    SchemaRegistry(RegistrySettings settings) {
        this.client = new RegistryClient(settings);
        this.register = settings.register();
    }

    /**
     * The schema of an id.
     *
     * @throws SerializationException there is none, or it is not one of Avro's: the record's fault
     * @throws OutageException the registry does not tell
     */
    synchronized Writer writer(int id) {
        var known = schemas.get(id);
        if (known != null) {
            return known;
        }
        var found = client.get("/schemas/ids/" + id)
                .orElseThrow(
                        () -> new SerializationException("the schema registry has no schema of id %d".formatted(id)));
        var schema = parse(id, found);
        var writer = new Writer(schema, SchemaNormalization.parsingFingerprint64(schema));
        schemas.put(id, writer);
        return writer;
    }

    private static Schema parse(int id, JsonNode found) {
        var type = found.path("schemaType").asText("AVRO");
        if (!type.equals("AVRO") || !found.path("references").isEmpty()) {
            throw new SerializationException("the schema of id %d is %s; it has to be one of Avro's that stands alone"
                    .formatted(id, type.equals("AVRO") ? "one that refers to others" : "of type " + type));
        }
        try {
            return new Schema.Parser().parse(found.path("schema").asText());
        } catch (AvroRuntimeException e) {
            throw new SerializationException(
                    "the schema of id %d is none of Avro's: %s".formatted(id, e.getMessage()), e);
        }
    }

    /**
     * The id of one of our schemas below a subject.
     *
     * @throws OutageException the registry does not tell, or refuses the schema
     */
    synchronized int id(String subject, Schema schema) {
        return ids.computeIfAbsent(new Registered(subject, schema), this::ask);
    }

    private int ask(Registered schema) {
        var path = "/subjects/" + URLEncoder.encode(schema.subject(), UTF_8) + (register ? "/versions" : "");
        var body = JsonNodeFactory.instance
                .objectNode()
                .put("schema", schema.schema().toString());
        return client.post(path, body)
                .map(answer -> answer.path("id"))
                .filter(JsonNode::isInt)
                .map(JsonNode::intValue)
                .orElseThrow(() -> new OutageException(
                        ("the schema registry does not have the schema of %s below subject %s: register it, or leave out "
                                        + "kafka.auto.register.schemas = false")
                                .formatted(schema.schema().getName(), schema.subject())));
    }
}
