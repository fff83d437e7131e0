package io.mdpo.scorer.family;

import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import io.mdpo.scorer.image.ImageGrid;
import io.mdpo.scorer.image.ImageProcessor;
import io.mdpo.scorer.image.QwenImageProcessor;
import io.mdpo.scorer.torch.TorchProgram;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Qwen2.5-VL (Bai et al. 2025, arXiv 2502.13923): a vision tower for any resolution and a Qwen2 decoder whose positions
 * have three axes ({@code Qwen2_5_VLForConditionalGeneration}).
 */
final class QwenFamily implements ModelFamily {
    private static final String TEXT = """
            {"hidden_size": 8192, "num_hidden_layers": 80, "num_attention_heads": 64, "num_key_value_heads": 8,
             "intermediate_size": 29568, "vocab_size": 152064, "max_position_embeddings": 32768, "rms_norm_eps": 1e-5,
             "rope_theta": 1000000.0, "eos_token_id": 151645}""";
    private static final String VISION = """
            {"hidden_size": 3584, "depth": 32, "num_heads": 16, "intermediate_size": 3420, "patch_size": 14,
             "in_channels": 3, "spatial_merge_size": 2, "temporal_patch_size": 2, "window_size": 112,
             "out_hidden_size": 3584, "fullatt_block_indexes": [7, 15, 23, 31], "hidden_act": "silu"}""";

    private static final String CHAT_TEMPLATE = """
            {% for message in messages %}\
            {% if loop.first and message['role'] != 'system' %}\
            {{ '<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n' }}{% endif %}\
            {{ '<|im_start|>' + message['role'] + '\n' }}\
            {% for part in message['content'] %}\
            {% if part['type'] == 'image' %}{{ '<|vision_start|><|image_pad|><|vision_end|>' }}\
            {% else %}{{ part['text'] }}{% endif %}{% endfor %}\
            {{ '<|im_end|>\n' }}{% endfor %}\
            {% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}""";

    private final JsonNode config;
    private final JsonNode vision;
    private final LlamaDecoder decoder;
    private final int visionHidden;
    private final int merge;
    private final List<Integer> sections = new ArrayList<>();

    QwenFamily(JsonNode config) {
        this.config = config;
        // The released files have the text settings at the top; newer versions of transformers write a section.
        var text = Config.over(TEXT, config.path("text_config").isObject() ? config.path("text_config") : config);
        vision = Config.over(VISION, config.path("vision_config"));
        Config.require(name(), text, "hidden_act", "silu");
        Config.require(name(), text, "use_sliding_window", "false");
        Config.require(name(), vision, "hidden_act", "silu");
        boolean tied = config.path("tie_word_embeddings")
                .asBoolean(text.path("tie_word_embeddings").asBoolean(false));
        decoder = new LlamaDecoder(text, "model.", tied ? "model.embed_tokens" : "lm_head", true);
        visionHidden = Config.size(vision, "hidden_size");
        merge = Config.size(vision, "spatial_merge_size");
        var rope = text.path("rope_scaling").isObject() ? text.path("rope_scaling") : text.path("rope_parameters");
        rope.path("mrope_section").forEach(section -> sections.add(section.asInt()));
        int all = sections.stream().mapToInt(Integer::intValue).sum();
        if (sections.size() != 3 || 2 * all != decoder.headDim()) {
            throw new ModelFormatException(
                    "config.json: mrope_section %s; it has to have 3 parts with a sum of half the head's %d dimensions"
                            .formatted(sections, decoder.headDim()));
        }
        if (Config.size(vision, "out_hidden_size") != decoder.hidden()) {
            throw new ModelFormatException(
                    "config.json: out_hidden_size %d of the vision tower, hidden_size %d of the text"
                            .formatted(vision.path("out_hidden_size").asInt(), decoder.hidden()));
        }
    }

    @Override
    public String name() {
        return "Qwen2.5-VL";
    }

    @Override
    public Map<String, Shape> tensors() {
        int patch = Config.size(vision, "patch_size");
        int feedForward = Config.size(vision, "intermediate_size");
        int merged = visionHidden * merge * merge;
        var shapes = new Shapes()
                .tensor(
                        "visual.patch_embed.proj.weight",
                        visionHidden,
                        Config.size(vision, "in_channels"),
                        Config.size(vision, "temporal_patch_size"),
                        patch,
                        patch);
        for (int i = 0; i < Config.size(vision, "depth"); i++) {
            var block = "visual.blocks." + i;
            shapes.tensor(block + ".norm1.weight", visionHidden)
                    .tensor(block + ".norm2.weight", visionHidden)
                    .linear(block + ".attn.qkv", visionHidden, 3L * visionHidden, true)
                    .linear(block + ".attn.proj", visionHidden, visionHidden, true)
                    .linear(block + ".mlp.gate_proj", visionHidden, feedForward, true)
                    .linear(block + ".mlp.up_proj", visionHidden, feedForward, true)
                    .linear(block + ".mlp.down_proj", feedForward, visionHidden, true);
        }
        return shapes.tensor("visual.merger.ln_q.weight", visionHidden)
                .linear("visual.merger.mlp.0", merged, merged, true)
                .linear("visual.merger.mlp.2", merged, decoder.hidden(), true)
                .all(decoder.tensors())
                .map();
    }

    @Override
    public LanguageModel languageModel() {
        return decoder;
    }

    @Override
    public String peftModule(String layer) {
        return layer.replaceFirst("^model\\.", "model.language_model.");
    }

    @Override
    public TorchProgram.Builder program() {
        int heads = Config.size(vision, "num_heads");
        int patch = Config.size(vision, "patch_size");
        var whole = new ArrayList<String>();
        vision.path("fullatt_block_indexes").forEach(layer -> whole.add(Integer.toString(layer.asInt())));
        var program = Programs.base()
                .source(QwenFamily.class, "qwen_vision.torchscript")
                .source("def whole_layers(self) -> List[int]:\n  return annotate(List[int], [%s])\n"
                        .formatted(String.join(", ", whole)))
                .constant("vision_hidden", visionHidden)
                .constant("vision_layers", Config.size(vision, "depth"))
                .constant("vision_heads_count", heads)
                .constant("vision_head_dim", visionHidden / heads)
                .constant("vision_activation", vision.path("hidden_act").asText())
                .constant("merge", merge)
                .constant("window", Config.size(vision, "window_size") / merge / patch);
        return decoder.addTo(program, sections);
    }

    @Override
    public ImageProcessor imageProcessor(JsonNode preprocessorConfig) {
        return new QwenImageProcessor(Config.present(preprocessorConfig));
    }

    @Override
    public String defaultChatTemplate() {
        return CHAT_TEMPLATE;
    }

    @Override
    public String imagePlaceholder() {
        return "<|image_pad|>";
    }

    @Override
    public String imageText(ImageGrid grid) {
        return imagePlaceholder().repeat(imageTokens(grid));
    }

    @Override
    public int imageTokens(ImageGrid grid) {
        return grid.rows() / merge * (grid.columns() / merge);
    }

    @Override
    public long imageToken() {
        return config.path("image_token_id").asLong(151655);
    }

    /** M-RoPE: an image's tokens share one moment and have rows and columns; text goes on behind the largest of them. */
    @Override
    public Prompt positioned(long[] ids, List<ImageGrid> images) {
        long[][] positions = new long[3][ids.length];
        long next = 0;
        int image = 0;
        for (int i = 0; i < ids.length; ) {
            if (ids[i] != imageToken()) {
                set(positions, i++, next, next, next);
                next++;
                continue;
            }
            int rows = images.get(image).rows() / merge;
            int columns = images.get(image++).columns() / merge;
            for (int seen = 0; seen < rows * columns; seen++) {
                set(positions, i++, next, next + seen / columns, next + seen % columns);
            }
            next += Math.max(rows, columns);
        }
        return new Prompt(
                ids, positions, images.stream().mapToInt(this::imageTokens).sum(), next);
    }

    private static void set(long[][] positions, int token, long time, long row, long column) {
        positions[0][token] = time;
        positions[1][token] = row;
        positions[2][token] = column;
    }
}
