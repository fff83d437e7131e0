package io.mdpo.scorer.family;

import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import io.mdpo.scorer.torch.TorchProgram;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The language model of LLaVA-1.5, Qwen2.5-VL and SmolVLM: {@code llama.torchscript} with its tensors. */
final class LlamaDecoder implements LanguageModel {
    private final JsonNode text;
    private final String prefix;
    private final String head;
    private final boolean attentionBias;
    private final int hidden;
    private final int layers;
    private final int heads;
    private final int keyValueHeads;
    private final int headDim;
    private final int feedForward;
    private final int vocabulary;

    /**
     * @param text the text configuration, complete
     * @param prefix what the names of the decoder's tensors begin with
     * @param head the layer that makes logits; the embedding where they are tied
     * @param attentionBias whether query, key and value have biases, as in Qwen2
     */
    LlamaDecoder(JsonNode text, String prefix, String head, boolean attentionBias) {
        this.text = text;
        this.prefix = prefix;
        this.head = head;
        this.attentionBias = attentionBias;
        hidden = Config.size(text, "hidden_size");
        layers = Config.size(text, "num_hidden_layers");
        heads = Config.size(text, "num_attention_heads");
        keyValueHeads = text.path("num_key_value_heads").asInt(heads);
        headDim = text.path("head_dim").asInt(hidden / heads);
        feedForward = Config.size(text, "intermediate_size");
        vocabulary = Config.size(text, "vocab_size");
        if (keyValueHeads < 1 || heads % keyValueHeads != 0) {
            throw new ModelFormatException(
                    "config.json: num_attention_heads %d is not a multiple of num_key_value_heads %d"
                            .formatted(heads, keyValueHeads));
        }
    }

    int hidden() {
        return hidden;
    }

    int headDim() {
        return headDim;
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
        var shapes = new Shapes().tensor(prefix + "embed_tokens.weight", vocabulary, hidden);
        for (int i = 0; i < layers; i++) {
            shapes.tensor(layer(i) + ".input_layernorm.weight", hidden);
            shapes.tensor(layer(i) + ".post_attention_layernorm.weight", hidden);
        }
        for (var layer : linearLayers()) {
            boolean bias =
                    attentionBias && List.of("q_proj", "k_proj", "v_proj").contains(layer.kind());
            shapes.linear(layer.name(), layer.in(), layer.out(), bias);
        }
        return shapes.tensor(prefix + "norm.weight", hidden)
                .tensor(head + ".weight", vocabulary, hidden)
                .map();
    }

    @Override
    public List<LinearLayer> linearLayers() {
        var linears = new ArrayList<LinearLayer>();
        for (int i = 0; i < layers; i++) {
            linears.add(new LinearLayer(layer(i) + ".self_attn.q_proj", hidden, (long) heads * headDim));
            linears.add(new LinearLayer(layer(i) + ".self_attn.k_proj", hidden, (long) keyValueHeads * headDim));
            linears.add(new LinearLayer(layer(i) + ".self_attn.v_proj", hidden, (long) keyValueHeads * headDim));
            linears.add(new LinearLayer(layer(i) + ".self_attn.o_proj", (long) heads * headDim, hidden));
            linears.add(new LinearLayer(layer(i) + ".mlp.gate_proj", hidden, feedForward));
            linears.add(new LinearLayer(layer(i) + ".mlp.up_proj", hidden, feedForward));
            linears.add(new LinearLayer(layer(i) + ".mlp.down_proj", feedForward, hidden));
        }
        return linears;
    }

    private String layer(int i) {
        return prefix + "layers." + i;
    }

    /**
     * Adds sources and constants.
     *
     * @param sections frequencies that time, height and width turn in M-RoPE; all 0 without
     */
    TorchProgram.Builder addTo(TorchProgram.Builder program, List<Integer> sections) {
        return Programs.decoder(program, "llama.torchscript", sections)
                .constant("language", prefix)
                .constant("head", head)
                .constant("layers", layers)
                .constant("heads", heads)
                .constant("key_value_heads", keyValueHeads)
                .constant("head_dim", headDim)
                .constant("rotary_dim", headDim)
                .constant("norm_eps", text.path("rms_norm_eps").asDouble(1e-6))
                .constant("rope_theta", ropeTheta());
    }

    /** Transformers writes it under two names, by its version. */
    private double ropeTheta() {
        return text.path("rope_theta")
                .asDouble(text.path("rope_parameters").path("rope_theta").asDouble(10000));
    }
}
