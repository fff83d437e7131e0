package io.mdpo.scorer.family;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Reading config.json: what a file leaves out has the default of the transformers class that reads it. */
final class Config {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Config() {}

    /** The settings of a file over the defaults, key by key. */
    static JsonNode over(String defaults, JsonNode settings) {
        try {
            var merged = (ObjectNode) JSON.readTree(defaults);
            settings.properties().forEach(setting -> {
                if (!setting.getValue().isNull()) {
                    merged.set(setting.getKey(), setting.getValue());
                }
            });
            return merged;
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A whole number of at least 1; a size that is not is named. */
    static int size(JsonNode settings, String key) {
        var value = settings.path(key);
        if (!value.canConvertToInt() || value.asInt() < 1 || value.asInt() > 1 << 24) {
            throw new ModelFormatException("config.json: %s is %s; it has to be a number from 1 to %d"
                    .formatted(key, value.isMissingNode() ? "missing" : value, 1 << 24));
        }
        return value.asInt();
    }

    /** The settings of a preprocessor_config.json that has to be there. */
    static JsonNode present(JsonNode preprocessorConfig) {
        if (preprocessorConfig.isMissingNode()) {
            throw new ModelFormatException("preprocessor_config.json is missing; copy the complete model directory");
        }
        return preprocessorConfig;
    }

    /** Refuses a setting that this project does not implement. */
    static void require(String family, JsonNode settings, String key, String supported) {
        var value = settings.path(key).asText(supported);
        if (!value.equals(supported)) {
            throw new ModelFormatException(
                    "config.json: %s is %s, and %s is supported with %s only".formatted(key, value, family, supported));
        }
    }
}
