package io.mdpo.ops.imports.rows;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** JSON whose texts may be whole images. */
final class Json {
    static final ObjectMapper MAPPER = new ObjectMapper(JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(Rows.MAX_ROW_BYTES)
                    .build())
            .build());

    /** For a text that is one value and nothing behind it. */
    static final ObjectReader WHOLE = MAPPER.reader().with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private Json() {}

    static Row row(Place place, JsonNode value) {
        return value instanceof ObjectNode fields
                ? new Row.Sound(place, fields)
                : new Row.Unreadable(
                        place,
                        "it is no JSON object but %s"
                                .formatted(value.getNodeType().name().toLowerCase(java.util.Locale.ROOT)));
    }

    /** What is wrong, without the excerpt and the reference to Java that Jackson adds. */
    static String sentence(JsonProcessingException e) {
        return "it is no JSON: " + e.getOriginalMessage();
    }
}
