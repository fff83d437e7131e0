package io.mdpo.ingest.encoding;

import com.fasterxml.jackson.databind.JsonNode;
import io.mdpo.schemas.RejectionReason;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A value in a JSON document and the way to it, {@code $.prompt[0].content}: what it is not is said with its place. A field
 * that is null is one that is missing, as tables with optional columns write them.
 */
record JsonPlace(String path, JsonNode node) {
    private static final int QUOTED_CHARS = 40;

    static JsonPlace root(JsonNode node) {
        return new JsonPlace("$", node);
    }

    boolean has(String field) {
        return node.hasNonNull(field);
    }

    Optional<JsonPlace> find(String field) {
        return has(field) ? Optional.of(new JsonPlace(path + "." + field, node.get(field))) : Optional.empty();
    }

    JsonPlace get(String field, String expected) {
        return find(field)
                .orElseThrow(() -> new MisfitException(
                        RejectionReason.UNDECODABLE_RECORD,
                        "%s.%s is missing: expected %s".formatted(path, field, expected)));
    }

    boolean isText() {
        return node.isTextual();
    }

    boolean isList() {
        return node.isArray();
    }

    boolean isObject() {
        return node.isObject();
    }

    String text(String expected) {
        require(isText(), expected);
        return node.textValue();
    }

    boolean truth(String expected) {
        require(node.isBoolean(), expected);
        return node.booleanValue();
    }

    List<JsonPlace> list(String expected) {
        require(isList(), expected);
        return IntStream.range(0, node.size())
                .mapToObj(i -> new JsonPlace("%s[%d]".formatted(path, i), node.get(i)))
                .toList();
    }

    JsonPlace object(String expected) {
        require(isObject(), expected);
        return this;
    }

    void require(boolean holds, String expected) {
        if (!holds) {
            throw misfit(expected);
        }
    }

    MisfitException misfit(String expected) {
        return misfit(RejectionReason.UNDECODABLE_RECORD, expected);
    }

    MisfitException misfit(RejectionReason reason, String expected) {
        return new MisfitException(reason, "%s: expected %s, found %s".formatted(path, expected, found()));
    }

    private String found() {
        if (node.isTextual()) {
            var text = node.textValue();
            return text.length() > QUOTED_CHARS
                    ? "the text '%s...' of %d characters".formatted(text.substring(0, QUOTED_CHARS), text.length())
                    : "the text '%s'".formatted(text);
        }
        return node.isContainerNode()
                ? "an %s of %d".formatted(node.isArray() ? "array" : "object", node.size())
                : node.isNumber()
                        ? "a number"
                        : node.getNodeType().name().toLowerCase(Locale.ROOT) + " " + node.asText();
    }
}
