package io.mdpo.ops.imports.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads fields, of which a missing one and a null one are the same. */
final class Fields {
    private Fields() {}

    static Optional<JsonNode> find(JsonNode node, String field) {
        return Optional.ofNullable(node.get(field)).filter(value -> !value.isNull());
    }

    static boolean has(JsonNode node, String... fields) {
        return Stream.of(fields).allMatch(field -> find(node, field).isPresent());
    }

    static JsonNode require(JsonNode node, String field) {
        return find(node, field)
                .orElseThrow(() -> RefusedRowException.shape("the field %s is missing".formatted(field)));
    }

    static String text(JsonNode node, String field) {
        return asText(require(node, field), "the field " + field);
    }

    static Optional<String> optionalText(JsonNode node, String field) {
        return find(node, field).map(value -> asText(value, "the field " + field));
    }

    /** @param name what the value is, for a sentence */
    static String asText(JsonNode value, String name) {
        if (!value.isTextual()) {
            throw RefusedRowException.shape("%s is %s and no text".formatted(name, kind(value)));
        }
        return value.textValue();
    }

    static ArrayNode list(JsonNode node, String field) {
        var value = require(node, field);
        if (value instanceof ArrayNode array) {
            return array;
        }
        throw RefusedRowException.shape("the field %s is %s and no list".formatted(field, kind(value)));
    }

    static ObjectNode object(JsonNode node, String field) {
        var value = require(node, field);
        if (value instanceof ObjectNode object) {
            return object;
        }
        throw RefusedRowException.shape("the field %s is %s and no object".formatted(field, kind(value)));
    }

    static String kind(JsonNode value) {
        return value.getNodeType().name().toLowerCase(Locale.ROOT);
    }
}
