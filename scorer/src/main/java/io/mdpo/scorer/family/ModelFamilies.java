package io.mdpo.scorer.family;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** The families that can be loaded, by {@code model_type} of config.json. */
public final class ModelFamilies {
    private static final Map<String, Function<JsonNode, ModelFamily>> BY_MODEL_TYPE = new TreeMap<>(Map.of(
            "bunny-phi", BunnyFamily::new,
            "idefics3", IdeficsFamily::new,
            "llava", LlavaFamily::new,
            "qwen2_5_vl", QwenFamily::new,
            "smolvlm", IdeficsFamily::new));

    private ModelFamilies() {}

    /**
     * The family of a model.
     *
     * @param config config.json
     * @throws ModelFormatException the family is not supported, or the file asks for what is not
     */
    public static ModelFamily of(JsonNode config) {
        var type = config.path("model_type").asText("(none)");
        var family = BY_MODEL_TYPE.get(type);
        if (family == null) {
            throw new ModelFormatException("config.json: model_type %s is not supported; supported are %s"
                    .formatted(type, BY_MODEL_TYPE.keySet()));
        }
        return family.apply(config);
    }
}
