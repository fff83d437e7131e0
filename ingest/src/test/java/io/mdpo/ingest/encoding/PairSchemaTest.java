package io.mdpo.ingest.encoding;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.mdpo.ingest.outcome.Outcome;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** The committed JSON Schema against the reader. */
class PairSchemaTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final int MUTATIONS = 3_000;

    @SuppressWarnings("unused")
    private static final List<String> EXAMPLES = Examples.NAMES;

    private static JsonSchema schema;

    @BeforeAll
    static void readSchema() throws IOException {
        try (var in = Objects.requireNonNull(JsonPairs.class.getResourceAsStream("pair.schema.json"))) {
            schema = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                    .getSchema(in);
        }
        schema.initializeValidators();
    }

    @ParameterizedTest
    @FieldSource("EXAMPLES")
    void everyExampleIsOfTheSchema(String name) throws IOException {
        var example = MAPPER.readTree(Examples.read(name));

        assertThat(schema.validate(example)).isEmpty();
        assertThat(isRead(example)).isTrue();
    }

    /** Each mutation changes, moves, adds or takes away a few values anywhere in an example. */
    @Test
    void whatTheSchemaRefusesTheReaderRefuses() throws IOException {
        var random = new Random(1);
        int refusedByBoth = 0;
        int takenByBoth = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            var example = MAPPER.readTree(Examples.read(Examples.NAMES.get(i % Examples.NAMES.size())));
            for (int change = random.nextInt(3); change >= 0; change--) {
                mutate(example, random);
            }
            boolean valid = schema.validate(example).isEmpty();
            boolean read = isRead(example);
            assertThat(read && !valid)
                    .as("the schema refuses and the reader takes %s", example)
                    .isFalse();
            refusedByBoth += valid || read ? 0 : 1;
            takenByBoth += valid && read ? 1 : 0;
        }
        assertThat(refusedByBoth).isGreaterThan(MUTATIONS / 10);
        assertThat(takenByBoth).isGreaterThan(MUTATIONS / 10);
    }

    private static boolean isRead(JsonNode json) throws JsonProcessingException {
        // A refusal for something unforeseen would be an error of the reader.
        return JsonPairs.read(MAPPER.writeValueAsBytes(json), Optional.empty(), Instant.EPOCH)
                instanceof Outcome.Accepted;
    }

    private static void mutate(JsonNode root, Random random) {
        var containers = new ArrayList<JsonNode>();
        collect(root, containers);
        var at = containers.get(random.nextInt(containers.size()));
        if (at instanceof ObjectNode object && !object.isEmpty()) {
            var names = new ArrayList<String>();
            object.fieldNames().forEachRemaining(names::add);
            var name = names.get(random.nextInt(names.size()));
            switch (random.nextInt(4)) {
                case 0 -> object.remove(name);
                case 1 -> object.set(NAMES.get(random.nextInt(NAMES.size())), value(containers, random));
                default -> object.set(name, value(containers, random));
            }
        } else if (at instanceof ArrayNode array) {
            if (array.isEmpty() || random.nextInt(3) == 0) {
                array.add(value(containers, random));
            } else if (random.nextBoolean()) {
                array.remove(random.nextInt(array.size()));
            } else {
                array.set(random.nextInt(array.size()), value(containers, random));
            }
        }
    }

    private static final List<String> NAMES = List.of(
            "id",
            "source",
            "createdAt",
            "image",
            "images",
            "prompt",
            "chosen",
            "rejected",
            "completion",
            "label",
            "input",
            "preferred_output",
            "non_preferred_output",
            "tools",
            "tool_calls",
            "role",
            "content",
            "type",
            "text",
            "url",
            "bytes",
            "uri",
            "sha256",
            "image_url",
            "other");

    private static JsonNode value(List<JsonNode> containers, Random random) {
        return switch (random.nextInt(10)) {
            case 0 -> NODES.nullNode();
            case 1 -> NODES.numberNode(random.nextInt());
            case 2 -> NODES.numberNode(random.nextDouble());
            case 3 -> NODES.booleanNode(random.nextBoolean());
            case 4 -> NODES.textNode("");
            case 5 ->
                NODES.textNode(List.of("assistant", "user", "image", "text", "data:;base64,", "x")
                        .get(random.nextInt(6)));
            case 6 -> NODES.arrayNode();
            case 7 -> NODES.objectNode();
            default -> containers.get(random.nextInt(containers.size())).deepCopy();
        };
    }

    private static void collect(JsonNode node, List<JsonNode> containers) {
        if (node.isContainerNode()) {
            containers.add(node);
            node.forEach(child -> collect(child, containers));
        }
    }
}
