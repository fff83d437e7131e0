package io.mdpo.scorer.vlm;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;

/** A LLaVA directory of a few thousand random weights with a word-level tokenizer: everything real but the size. */
public final class TinyLlava {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> WORDS = List.of(
            "<unk>",
            "<s>",
            "</s>",
            "<pad>",
            "<image>",
            "USER",
            ":",
            "ASSISTANT",
            "what",
            "is",
            "this",
            "?",
            "a",
            "dog",
            "cat",
            "red",
            "and",
            "the",
            "one",
            "two",
            "three",
            ".");

    private TinyLlava() {}

    /** Writes the model, with grouped-query attention and an image of 4 x 4 patches. */
    public static Path write(Path directory, long seed) {
        ModelWriter.initialise(directory, config(), preprocessor(), seed);
        ModelWriter.writeJson(directory.resolve("tokenizer.json"), tokenizer());
        return directory;
    }

    public static ObjectNode config() {
        var config = JSON.createObjectNode();
        config.put("model_type", "llava").put("image_token_index", 4).put("vision_feature_layer", -2);
        config.put("projector_hidden_act", "gelu").put("vision_feature_select_strategy", "default");
        config.putArray("architectures").add("LlavaForConditionalGeneration");
        config.putObject("text_config")
                .put("model_type", "llama")
                .put("hidden_size", 32)
                .put("intermediate_size", 48)
                .put("num_hidden_layers", 3)
                .put("num_attention_heads", 4)
                .put("num_key_value_heads", 2)
                .put("vocab_size", 24)
                .put("max_position_embeddings", 128)
                .put("rms_norm_eps", 1e-5)
                .put("eos_token_id", 2);
        config.putObject("vision_config")
                .put("model_type", "clip_vision_model")
                .put("hidden_size", 24)
                .put("intermediate_size", 40)
                .put("num_hidden_layers", 3)
                .put("num_attention_heads", 2)
                .put("image_size", 32)
                .put("patch_size", 8)
                .put("projection_dim", 24);
        return config;
    }

    private static ObjectNode preprocessor() {
        var config = JSON.createObjectNode().put("image_processor_type", "CLIPImageProcessor");
        config.putObject("size").put("shortest_edge", 32);
        config.putObject("crop_size").put("height", 32).put("width", 32);
        return config;
    }

    private static ObjectNode tokenizer() {
        var tokenizer = JSON.createObjectNode().put("version", "1.0");
        var added = tokenizer.putArray("added_tokens");
        for (int id = 0; id < 5; id++) {
            added.addObject()
                    .put("id", id)
                    .put("content", WORDS.get(id))
                    .put("special", true)
                    .put("single_word", false)
                    .put("lstrip", false)
                    .put("rstrip", false)
                    .put("normalized", false);
        }
        tokenizer.putNull("normalizer");
        tokenizer.putObject("pre_tokenizer").put("type", "Whitespace");
        tokenizer.putNull("post_processor");
        tokenizer.putNull("decoder");
        var model = tokenizer.putObject("model").put("type", "WordLevel").put("unk_token", "<unk>");
        var vocabulary = model.putObject("vocab");
        for (int id = 0; id < WORDS.size(); id++) {
            vocabulary.put(WORDS.get(id), id);
        }
        return tokenizer;
    }
}
