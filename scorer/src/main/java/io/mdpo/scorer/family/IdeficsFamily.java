package io.mdpo.scorer.family;

import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import io.mdpo.scorer.image.ImageGrid;
import io.mdpo.scorer.image.ImageProcessor;
import io.mdpo.scorer.image.TileImageProcessor;
import io.mdpo.scorer.torch.TorchProgram;
import java.util.List;
import java.util.Map;

/**
 * SmolVLM (Marafioti et al. 2025, arXiv 2504.05299) on Idefics3: a SigLIP tower over tiles, pixel shuffle, a Llama decoder
 * ({@code Idefics3ForConditionalGeneration}, {@code SmolVLMForConditionalGeneration}).
 */
final class IdeficsFamily implements ModelFamily {
    private static final String TEXT = """
            {"hidden_size": 4096, "num_hidden_layers": 32, "num_attention_heads": 32, "intermediate_size": 11008,
             "vocab_size": 32000, "max_position_embeddings": 2048, "rms_norm_eps": 1e-5, "eos_token_id": 2}""";
    private static final String VISION = """
            {"hidden_size": 1152, "num_hidden_layers": 12, "num_attention_heads": 16, "intermediate_size": 3072,
             "image_size": 224, "patch_size": 32, "hidden_act": "gelu_pytorch_tanh", "layer_norm_eps": 1e-6}""";

    private static final String CHAT_TEMPLATE = """
            {{ '<|im_start|>' }}{% for message in messages %}\
            {{ message['role'] | capitalize }}\
            {% if message['content'][0]['type'] == 'image' %}{{ ':' }}{% else %}{{ ': ' }}{% endif %}\
            {% for part in message['content'] %}\
            {% if part['type'] == 'text' %}{{ part['text'] }}{% else %}{{ '<image>' }}{% endif %}{% endfor %}\
            {{ '<end_of_utterance>\n' }}{% endfor %}\
            {% if add_generation_prompt %}{{ 'Assistant:' }}{% endif %}""";

    private static final String BORDER = "<fake_token_around_image>";

    private final JsonNode config;
    private final VisionTransformer tower;
    private final LlamaDecoder decoder;
    private final int shuffle;

    IdeficsFamily(JsonNode config) {
        this.config = config;
        var text = Config.over(TEXT, config.path("text_config"));
        var vision = Config.over(VISION, config.path("vision_config"));
        Config.require(name(), text, "model_type", "llama");
        Config.require(name(), text, "hidden_act", "silu");
        Config.require(name(), text, "attention_bias", "false");
        Config.require(name(), text, "rope_scaling", "null");
        shuffle = Config.size(Config.over("{\"scale_factor\": 2}", config), "scale_factor");
        tower = new VisionTransformer(
                VisionTransformer.Kind.SIGLIP,
                vision,
                "model.vision_model.",
                Config.size(vision, "num_hidden_layers"),
                true);
        boolean tied = config.path("tie_word_embeddings")
                .asBoolean(text.path("tie_word_embeddings").asBoolean(false));
        decoder =
                new LlamaDecoder(text, "model.text_model.", tied ? "model.text_model.embed_tokens" : "lm_head", false);
    }

    @Override
    public String name() {
        return "SmolVLM/Idefics3";
    }

    @Override
    public Map<String, Shape> tensors() {
        long merged = (long) tower.hidden() * shuffle * shuffle;
        return new Shapes()
                .all(tower.tensors())
                .linear("model.connector.modality_projection.proj", merged, decoder.hidden(), false)
                .all(decoder.tensors())
                .map();
    }

    @Override
    public LanguageModel languageModel() {
        return decoder;
    }

    @Override
    public String peftModule(String layer) {
        return layer;
    }

    @Override
    public TorchProgram.Builder program() {
        var program = Programs.base()
                .source(IdeficsFamily.class, "pixel_shuffle.torchscript")
                .constant("shuffle", shuffle)
                .constant("vision_side", tower.patchesASide());
        return decoder.addTo(tower.addTo(program), List.of(0, 0, 0));
    }

    @Override
    public ImageProcessor imageProcessor(JsonNode preprocessorConfig) {
        var processor = new TileImageProcessor(Config.present(preprocessorConfig));
        if (processor.tile() != tower.side()) {
            throw new ModelFormatException(
                    "preprocessor_config.json makes tiles of %d pixels, the vision tower of config.json takes %d"
                            .formatted(processor.tile(), tower.side()));
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
        var tile = imagePlaceholder().repeat(tokensATile());
        var written = new StringBuilder();
        for (int row = 1; row <= grid.rows(); row++) {
            for (int column = 1; column <= grid.columns(); column++) {
                written.append(BORDER)
                        .append("<row_%d_col_%d>".formatted(row, column))
                        .append(tile);
            }
            written.append('\n');
        }
        return written.append(grid.rows() > 0 ? "\n" : "")
                .append(BORDER)
                .append("<global-img>")
                .append(tile)
                .append(BORDER)
                .toString();
    }

    private int tokensATile() {
        return tower.patches() / (shuffle * shuffle);
    }

    @Override
    public int imageTokens(ImageGrid grid) {
        return (grid.rows() * grid.columns() + 1) * tokensATile();
    }

    @Override
    public long imageToken() {
        return config.path("image_token_id").asLong(128257);
    }
}
