package io.mdpo.scorer.family;

import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import io.mdpo.scorer.torch.TorchProgram;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The language model of Bunny-v1.0-3B, Phi-2: {@code phi.torchscript} with its tensors. */
final class PhiDecoder implements LanguageModel {
    private static final String PREFIX = "model.";
    private static final String HEAD = "lm_head";

    private final JsonNode text;
    private final int hidden;
    private final int layers;
    private final int heads;
    private final int feedForward;
    private final int vocabulary;

    /** @param text the text configuration, complete */
    PhiDecoder(JsonNode text) {
        this.text = text;
        hidden = Config.size(text, "hidden_size");
        layers = Config.size(text, "num_hidden_layers");
        heads = Config.size(text, "num_attention_heads");
        feedForward = Config.size(text, "intermediate_size");
        vocabulary = Config.size(text, "vocab_size");
    }

    int hidden() {
        return hidden;
    }

    @Override
    public int layers() {
        return layers;
    }

    @Override
    public int maxPositions() {
        return Config.size(text, "max_position_embeddings");
    }

    @Override
    public long vocabularySize() {
        return vocabulary;
    }

    @Override
    public long endOfTurn() {
        return text.path("eos_token_id").asLong();
    }

    Map<String, Shape> tensors() {
        var shapes = new Shapes().tensor(PREFIX + "embed_tokens.weight", vocabulary, hidden);
        for (int i = 0; i < layers; i++) {
            shapes.layerNorm(layer(i) + ".input_layernorm", hidden);
        }
        for (var layer : linearLayers()) {
            shapes.linear(layer.name(), layer.in(), layer.out(), true);
        }
        return shapes.layerNorm(PREFIX + "final_layernorm", hidden)
                .linear(HEAD, hidden, vocabulary, false)
                .map();
    }

    @Override
    public List<LinearLayer> linearLayers() {
        var linears = new ArrayList<LinearLayer>();
        for (int i = 0; i < layers; i++) {
            for (var projection : List.of("q_proj", "k_proj", "v_proj", "dense")) {
                linears.add(new LinearLayer(layer(i) + ".self_attn." + projection, hidden, hidden));
            }
            linears.add(new LinearLayer(layer(i) + ".mlp.fc1", hidden, feedForward));
            linears.add(new LinearLayer(layer(i) + ".mlp.fc2", feedForward, hidden));
        }
        return linears;
    }

    private static String layer(int i) {
        return PREFIX + "layers." + i;
    }

    TorchProgram.Builder addTo(TorchProgram.Builder program) {
        int headDim = hidden / heads;
        int rotaryDim = (int) (headDim * text.path("partial_rotary_factor").asDouble(0.4));
        return Programs.decoder(program, "phi.torchscript", List.of(0, 0, 0))
                .constant("language", PREFIX)
                .constant("head", HEAD)
                .constant("layers", layers)
                .constant("heads", heads)
                .constant("head_dim", headDim)
                .constant("rotary_dim", rotaryDim)
                .constant("norm_eps", text.path("layer_norm_eps").asDouble(1e-5))
                .constant("rope_theta", text.path("rope_theta").asDouble(10000));
    }
}
