package io.mdpo.ingest.encoding;

import com.fasterxml.jackson.databind.JsonNode;
import io.mdpo.schemas.RejectionReason;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A value in a JSON document and the way to it, {@code $.prompt[0].content}: what it is not is said with its place. A field
 * that is null is one that is missing, as tables with optional columns write them.
 */
public record JsonPlace(String path, JsonNode node) {
    private static final int QUOTED_CHARS = 40;
    private static final String TIME = "a time as 2026-01-31T12:00:00Z or in milliseconds since 1970";

    /** The value of a whole document. */
    public static JsonPlace root(JsonNode node) {
        return new JsonPlace("$", node);
    }

    /** Whether there is such a field, with a value. */
    public boolean has(String field) {
        return node.hasNonNull(field);
    }

    /** The field, if it is there. */
    public Optional<JsonPlace> find(String field) {
        return has(field) ? Optional.of(new JsonPlace(path + "." + field, node.get(field))) : Optional.empty();
    }

    /** The field, which has to be there. */
    public JsonPlace get(String field, String expected) {
        return find(field)
                .orElseThrow(() -> new MisfitException(
                        RejectionReason.UNDECODABLE_RECORD,
                        path,
                        "%s.%s is missing: expected %s".formatted(path, field, expected)));
    }

    public boolean isText() {
        return node.isTextual();
    }

    public boolean isList() {
        return node.isArray();
    }

    public boolean isObject() {
        return node.isObject();
    }

    public String text(String expected) {
        require(isText(), expected);
        return node.textValue();
    }

    public boolean truth(String expected) {
        require(node.isBoolean(), expected);
        return node.booleanValue();
    }

    public List<JsonPlace> list(String expected) {
        require(isList(), expected);
        return IntStream.range(0, node.size())
                .mapToObj(i -> new JsonPlace("%s[%d]".formatted(path, i), node.get(i)))
                .toList();
    }

    public JsonPlace object(String expected) {
        require(isObject(), expected);
        return this;
    }

    /** A number, neither infinite nor none. */
    public double number(String expected) {
        require(node.isNumber() && Double.isFinite(node.doubleValue()), expected);
        return node.doubleValue();
    }

    /** A text, or a whole number as a text. */
    public String id() {
        return node.isIntegralNumber() ? node.asText() : text("a text or a whole number");
    }

    /** A point in time, to the millisecond. */
    public Instant time() {
        if (node.isIntegralNumber() && node.canConvertToLong()) {
            return Instant.ofEpochMilli(node.longValue());
        }
        try {
            var read = OffsetDateTime.parse(text(TIME)).toInstant();
            return Instant.ofEpochMilli(read.toEpochMilli());
        } catch (DateTimeException | ArithmeticException e) {
            throw misfit(TIME);
        }
    }

    public void require(boolean holds, String expected) {
        if (!holds) {
            throw misfit(expected);
        }
    }

    public MisfitException misfit(String expected) {
        return misfit(RejectionReason.UNDECODABLE_RECORD, expected);
    }

    MisfitException misfit(RejectionReason reason, String expected) {
        return new MisfitException(reason, path, "%s: expected %s, found %s".formatted(path, expected, found()));
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
