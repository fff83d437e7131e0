package io.mdpo.scorer.vlm;

import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import io.mdpo.scorer.image.ClipImageProcessor;
import io.mdpo.scorer.image.ImageProcessor;
import io.mdpo.scorer.torch.TorchProgram;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * LLaVA-1.5: CLIP vision tower, two-layer GELU projector, Llama decoder ({@code LlavaForConditionalGeneration}). Absent
 * settings take the defaults of Hugging Face's LlavaConfig, CLIPVisionConfig and LlamaConfig.
 */
final class LlavaFamily implements ModelFamily {
    private static final String LANGUAGE = "language_model.model.";
    private static final String VISION = "vision_tower.vision_model.";

    private final JsonNode config;
    private final JsonNode text;
    private final JsonNode vision;
    private final int hidden;
    private final int layers;
    private final int heads;
    private final int keyValueHeads;
    private final int headDim;
    private final int feedForward;
    private final long vocabulary;
    private final boolean tiedHead;
    private final int visionHidden;
    private final int visionLayers;
    private final int visionFeedForward;
    private final int imageSide;
    private final int patch;

    LlavaFamily(JsonNode config) {
        this.config = config;
        text = config.path("text_config");
        vision = config.path("vision_config");
        hidden = text.path("hidden_size").asInt(4096);
        layers = text.path("num_hidden_layers").asInt(32);
        heads = text.path("num_attention_heads").asInt(32);
        keyValueHeads = text.path("num_key_value_heads").asInt(heads);
        headDim = text.path("head_dim").asInt(hidden / heads);
        feedForward = text.path("intermediate_size").asInt(11008);
        vocabulary = text.path("vocab_size").asLong(32064);
        tiedHead = text.path("tie_word_embeddings").asBoolean(false);
        visionHidden = vision.path("hidden_size").asInt(1024);
        visionLayers = usedLayers(
                vision.path("num_hidden_layers").asInt(24),
                config.path("vision_feature_layer").asInt(-2));
        visionFeedForward = vision.path("intermediate_size").asInt(4096);
        imageSide = vision.path("image_size").asInt(336);
        patch = vision.path("patch_size").asInt(14);
        require("model_type of text_config", text.path("model_type").asText("llama"), "llama");
        require(
                "model_type of vision_config",
                vision.path("model_type").asText("clip_vision_model"),
                "clip_vision_model");
        require("hidden_act of text_config", text.path("hidden_act").asText("silu"), "silu");
        require(
                "vision_feature_select_strategy",
                config.path("vision_feature_select_strategy").asText("default"),
                "default");
        require("projector_hidden_act", config.path("projector_hidden_act").asText("gelu"), "gelu");
        require("attention_bias", text.path("attention_bias").asText("false"), "false");
        if (!text.path("rope_scaling").isMissingNode()
                && !text.path("rope_scaling").isNull()) {
            throw new ModelFormatException("config.json: rope_scaling is not supported for LLaVA");
        }
    }

    private static void require(String setting, String value, String supported) {
        if (!value.equals(supported)) {
            throw new ModelFormatException(
                    "config.json: %s is %s, and LLaVA is supported with %s only".formatted(setting, value, supported));
        }
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
        var shapes = new LinkedHashMap<String, Shape>();
        int patches = imageTokens();
        shapes.put(VISION + "embeddings.class_embedding", new Shape(visionHidden));
        shapes.put(VISION + "embeddings.patch_embedding.weight", new Shape(visionHidden, 3, patch, patch));
        shapes.put(VISION + "embeddings.position_embedding.weight", new Shape(patches + 1, visionHidden));
        norm(shapes, VISION + "pre_layrnorm");
        for (int i = 0; i < visionLayers; i++) {
            var layer = VISION + "encoder.layers." + i;
            norm(shapes, layer + ".layer_norm1");
            for (var projection : List.of("q_proj", "k_proj", "v_proj", "out_proj")) {
                linear(shapes, layer + ".self_attn." + projection, visionHidden, visionHidden);
            }
            norm(shapes, layer + ".layer_norm2");
            linear(shapes, layer + ".mlp.fc1", visionHidden, visionFeedForward);
            linear(shapes, layer + ".mlp.fc2", visionFeedForward, visionHidden);
        }
        linear(shapes, "multi_modal_projector.linear_1", visionHidden, hidden);
        linear(shapes, "multi_modal_projector.linear_2", hidden, hidden);
        shapes.put(LANGUAGE + "embed_tokens.weight", new Shape(vocabulary, hidden));
        for (int i = 0; i < layers; i++) {
            shapes.put(LANGUAGE + "layers." + i + ".input_layernorm.weight", new Shape(hidden));
            shapes.put(LANGUAGE + "layers." + i + ".post_attention_layernorm.weight", new Shape(hidden));
        }
        for (var layer : linearLayers()) {
            shapes.put(layer.name() + ".weight", new Shape(layer.out(), layer.in()));
        }
        shapes.put(LANGUAGE + "norm.weight", new Shape(hidden));
        if (!tiedHead) {
            shapes.put("language_model.lm_head.weight", new Shape(vocabulary, hidden));
        }
        return shapes;
    }

    private void norm(Map<String, Shape> shapes, String name) {
        shapes.put(name + ".weight", new Shape(visionHidden));
        shapes.put(name + ".bias", new Shape(visionHidden));
    }

    private static void linear(Map<String, Shape> shapes, String name, int in, int out) {
        shapes.put(name + ".weight", new Shape(out, in));
        shapes.put(name + ".bias", new Shape(out));
    }

    @Override
    public List<LinearLayer> linearLayers() {
        var linears = new ArrayList<LinearLayer>();
        for (int i = 0; i < layers; i++) {
            var layer = LANGUAGE + "layers." + i;
            linears.add(new LinearLayer(layer + ".self_attn.q_proj", hidden, (long) heads * headDim));
            linears.add(new LinearLayer(layer + ".self_attn.k_proj", hidden, (long) keyValueHeads * headDim));
            linears.add(new LinearLayer(layer + ".self_attn.v_proj", hidden, (long) keyValueHeads * headDim));
            linears.add(new LinearLayer(layer + ".self_attn.o_proj", (long) heads * headDim, hidden));
            linears.add(new LinearLayer(layer + ".mlp.gate_proj", hidden, feedForward));
            linears.add(new LinearLayer(layer + ".mlp.up_proj", hidden, feedForward));
            linears.add(new LinearLayer(layer + ".mlp.down_proj", feedForward, hidden));
        }
        return linears;
    }

    @Override
    public String peftPrefix() {
        return "base_model.model.";
    }

    @Override
    public TorchProgram.Builder program() {
        int visionHeads = vision.path("num_attention_heads").asInt(16);
        return new TorchProgram.Builder()
                .source(LlavaFamily.class, "linear.torchscript")
                .source(LlavaFamily.class, "clip_vision.torchscript")
                .source(LlavaFamily.class, "llava.torchscript")
                .source(LlavaFamily.class, "llama.torchscript")
                .source(LlavaFamily.class, "packed.torchscript")
                .source(LlavaFamily.class, "generation.torchscript")
                .slot("bound_weights", "Dict[str, Tensor]")
                .slot("bound_adapter", "Dict[str, Tensor]")
                .slot("adapter_scale", "float")
                .constant("vision_hidden", visionHidden)
                .constant("vision_layers", visionLayers)
                .constant("vision_heads_count", visionHeads)
                .constant("vision_head_dim", visionHidden / visionHeads)
                .constant("vision_patch", patch)
                .constant("vision_norm_eps", vision.path("layer_norm_eps").asDouble(1e-5))
                .constant(
                        "vision_quick_gelu",
                        vision.path("hidden_act").asText("quick_gelu").equals("quick_gelu"))
                .constant("hidden", hidden)
                .constant("layers", layers)
                .constant("heads", heads)
                .constant("key_value_heads", keyValueHeads)
                .constant("head_dim", headDim)
                .constant("rms_norm_eps", text.path("rms_norm_eps").asDouble(1e-6))
                .constant("rope_theta", text.path("rope_theta").asDouble(10000))
                .constant("tied_head", tiedHead);
    }

    @Override
    public ImageProcessor imageProcessor(JsonNode preprocessorConfig) {
        var processor = new ClipImageProcessor(preprocessorConfig);
        if (processor.side() != imageSide) {
            throw new ModelFormatException(
                    "preprocessor_config.json makes images of %d pixels, the vision tower of config.json takes %d"
                            .formatted(processor.side(), imageSide));
        }
        return processor;
    }

    @Override
    public PromptTemplate promptTemplate() {
        return new VicunaTemplate();
    }

    @Override
    public long imageToken() {
        return config.path("image_token_index")
                .asLong(config.path("image_token_id").asLong(32000));
    }

    @Override
    public int imageTokens() {
        return (imageSide / patch) * (imageSide / patch);
    }

    @Override
    public int maxPositions() {
        return text.path("max_position_embeddings").asInt(4096);
    }

    @Override
    public long vocabularySize() {
        return vocabulary;
    }

    @Override
    public long endOfSequence() {
        return text.path("eos_token_id").asLong(config.path("eos_token_id").asLong(2));
    }
}
