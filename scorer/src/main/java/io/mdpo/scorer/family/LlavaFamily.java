package io.mdpo.scorer.family;

import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import io.mdpo.scorer.image.ClipImageProcessor;
import io.mdpo.scorer.image.ImageGrid;
import io.mdpo.scorer.image.ImageProcessor;
import io.mdpo.scorer.torch.TorchProgram;
import java.util.List;
import java.util.Map;

/**
 * LLaVA-1.5 (Liu et al. 2023, arXiv 2310.03744): CLIP vision tower, two-layer GELU projector, Llama decoder
 * ({@code LlavaForConditionalGeneration}).
 */
final class LlavaFamily implements ModelFamily {
    private static final String TEXT = """
            {"hidden_size": 4096, "num_hidden_layers": 32, "num_attention_heads": 32, "intermediate_size": 11008,
             "vocab_size": 32064, "max_position_embeddings": 4096, "rms_norm_eps": 1e-5, "eos_token_id": 2}""";
    private static final String VISION = """
            {"hidden_size": 1024, "num_hidden_layers": 24, "num_attention_heads": 16, "intermediate_size": 4096,
             "image_size": 336, "patch_size": 14, "hidden_act": "quick_gelu", "layer_norm_eps": 1e-5}""";

    /** That of llava-hf/llava-1.5-7b-hf. */
    private static final String CHAT_TEMPLATE = """
            {% for message in messages %}\
            {% if message['role'] != 'system' %}{{ message['role'] | upper + ': ' }}{% endif %}\
            {% for part in message['content'] %}{% if part['type'] == 'image' %}{{ '<image>\n' }}{% endif %}{% endfor %}\
            {% for part in message['content'] %}{% if part['type'] == 'text' %}{{ part['text'] + ' ' }}{% endif %}\
            {% endfor %}{% endfor %}\
            {% if add_generation_prompt %}{{ 'ASSISTANT:' }}{% endif %}""";

    private static final String LANGUAGE = "language_model.";

    private final JsonNode config;
    private final VisionTransformer tower;
    private final LlamaDecoder decoder;

    LlavaFamily(JsonNode config) {
        this.config = config;
        var text = Config.over(TEXT, config.path("text_config"));
        var vision = Config.over(VISION, config.path("vision_config"));
        Config.require(name(), text, "model_type", "llama");
        Config.require(name(), text, "hidden_act", "silu");
        Config.require(name(), text, "attention_bias", "false");
        Config.require(name(), text, "rope_scaling", "null");
        Config.require(name(), vision, "model_type", "clip_vision_model");
        Config.require(name(), config, "vision_feature_select_strategy", "default");
        Config.require(name(), config, "projector_hidden_act", "gelu");
        Config.require(name(), config, "multimodal_projector_bias", "true");
        int layers = usedLayers(
                Config.size(vision, "num_hidden_layers"),
                config.path("vision_feature_layer").asInt(-2));
        tower = new VisionTransformer(VisionTransformer.Kind.CLIP, vision, "vision_tower.vision_model.", layers, false);
        boolean tied = text.path("tie_word_embeddings").asBoolean(false);
        decoder = new LlamaDecoder(
                text, LANGUAGE + "model.", LANGUAGE + (tied ? "model.embed_tokens" : "lm_head"), false);
    }

    /** Layers that lie before the selected hidden state; -1 is the output of the last layer, -2 of the one before. */
    private static int usedLayers(int all, int selected) {
        int used = selected < 0 ? all + 1 + selected : selected;
        if (used < 0 || used > all) {
            throw new ModelFormatException(
                    "config.json: vision_feature_layer %d of a tower of %d layers".formatted(selected, all));
        }
        return used;
    }

    @Override
    public String name() {
        return "LLaVA";
    }

    @Override
    public Map<String, Shape> tensors() {
        return new Shapes()
                .all(tower.tensors())
                .linear("multi_modal_projector.linear_1", tower.hidden(), decoder.hidden(), true)
                .linear("multi_modal_projector.linear_2", decoder.hidden(), decoder.hidden(), true)
                .all(decoder.tensors())
                .map();
    }

    @Override
    public LanguageModel languageModel() {
        return decoder;
    }

    @Override
    public String peftModule(String layer) {
        return layer.replace("language_model.model.", "model.language_model.");
    }

    @Override
    public TorchProgram.Builder program() {
        var program = Programs.base()
                .source(LlavaFamily.class, "projector.torchscript")
                .constant("projector_first", "multi_modal_projector.linear_1")
                .constant("projector_second", "multi_modal_projector.linear_2");
        return decoder.addTo(tower.addTo(program), List.of(0, 0, 0));
    }

    @Override
    public ImageProcessor imageProcessor(JsonNode preprocessorConfig) {
        var processor = new ClipImageProcessor(Config.present(preprocessorConfig));
        if (processor.side() != tower.side()) {
            throw new ModelFormatException(
                    "preprocessor_config.json makes images of %d pixels, the vision tower of config.json takes %d"
                            .formatted(processor.side(), tower.side()));
        }
        return processor;
    }

    @Override
    public String defaultChatTemplate() {
        return CHAT_TEMPLATE;
    }

    @Override
    public String imagePlaceholder() {
        return "<image>";
    }

    @Override
    public String imageText(ImageGrid grid) {
        return imagePlaceholder().repeat(imageTokens(grid));
    }

    @Override
    public int imageTokens(ImageGrid grid) {
        return tower.patches();
    }

    @Override
    public long imageToken() {
        return config.path("image_token_index")
                .asLong(config.path("image_token_id").asLong(32000));
    }
}
