package io.mdpo.ops.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** The description that is served, to hold requests and responses against. */
final class OpenApi {
    static final ObjectMapper MAPPER = new ObjectMapper();

    private static final JsonSchemaFactory FACTORY = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);

    private final JsonNode document;
    private final Map<JsonNode, JsonSchema> schemas = new HashMap<>();

    OpenApi(String json) throws JsonProcessingException {
        document = MAPPER.readTree(json);
    }

    JsonNode document() {
        return document;
    }

    /** The example of what is posted to a path. */
    JsonNode example(String path) {
        return media(path).path("example").deepCopy();
    }

    /** Whether the description allows what is posted. */
    boolean allows(String path, JsonNode body) {
        return schema(media(path).path("schema")).validate(body).isEmpty();
    }

    private JsonNode media(String path) {
        return document.path("paths").path(path).path("post").at("/requestBody/content/application~1json");
    }

    /** Fails unless the response is one that the description has for the operation: status, type, headers and body. */
    void check(String path, String method, HttpResponse<String> response) throws JsonProcessingException {
        var name = "%s %s answered %d: %s".formatted(method, path, response.statusCode(), response.body());
        var described = document.path("paths")
                .path(path)
                .path(method.toLowerCase(Locale.ROOT))
                .path("responses")
                .path(Integer.toString(response.statusCode()));
        if (described.has("$ref")) {
            described = document.at(described.path("$ref").asText().substring(1));
        }
        assertThat(described.isObject()).as(name).isTrue();
        described.path("headers").fieldNames().forEachRemaining(header -> assertThat(
                        response.headers().firstValue(header))
                .as("%s: %s", name, header)
                .isPresent());
        var type = response.headers().firstValue("Content-Type").orElse("");
        var content = described.path("content").path(type);
        assertThat(content.isObject()).as("%s as %s", name, type).isTrue();
        assertThat(schema(content.path("schema")).validate(MAPPER.readTree(response.body())))
                .as(name)
                .isEmpty();
    }

    private JsonSchema schema(JsonNode schema) {
        return schemas.computeIfAbsent(schema, node -> {
            ObjectNode whole = node.deepCopy();
            whole.set("components", document.path("components"));
            return FACTORY.getSchema(whole);
        });
    }
}
