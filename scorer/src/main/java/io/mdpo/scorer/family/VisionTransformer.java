package io.mdpo.scorer.family;

import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import io.mdpo.scorer.torch.TorchProgram;
import java.util.List;
import java.util.Map;

/** A CLIP or SigLIP vision tower: {@code vision_transformer.torchscript} with its tensors. */
final class VisionTransformer {
    /** What tells the two kinds apart. */
    enum Kind {
        /** A class token, a norm before the layers, patches without bias. */
        CLIP("clip_vision.torchscript"),
        /** Patches with bias and nothing else. */
        SIGLIP("siglip_vision.torchscript");

        private final String source;

        Kind(String source) {
            this.source = source;
        }
    }

    private final Kind kind;
    private final JsonNode vision;
    private final String prefix;
    private final int layers;
    private final boolean postNorm;
    private final int hidden;
    private final int feedForward;
    private final int side;
    private final int patch;

    /**
     * @param vision the vision configuration, complete
     * @param prefix what the names of the tower's tensors begin with
     * @param layers how many layers lie before the hidden state that is used
     * @param postNorm whether the last norm is applied
     */
    VisionTransformer(Kind kind, JsonNode vision, String prefix, int layers, boolean postNorm) {
        this.kind = kind;
        this.vision = vision;
        this.prefix = prefix;
        this.layers = layers;
        this.postNorm = postNorm;
        hidden = Config.size(vision, "hidden_size");
        feedForward = Config.size(vision, "intermediate_size");
        side = Config.size(vision, "image_size");
        patch = Config.size(vision, "patch_size");
    }

    int hidden() {
        return hidden;
    }

    /** Side of the square that the tower takes, in pixels. */
    int side() {
        return side;
    }

    int patchesASide() {
        return side / patch;
    }

    /** Number of patches of one square. */
    int patches() {
        return (side / patch) * (side / patch);
    }

    Map<String, Shape> tensors() {
        boolean clip = kind == Kind.CLIP;
        var shapes = new Shapes();
        if (clip) {
            shapes.tensor(prefix + "embeddings.class_embedding", hidden);
        }
        shapes.tensor(prefix + "embeddings.patch_embedding.weight", hidden, 3, patch, patch);
        if (!clip) {
            shapes.tensor(prefix + "embeddings.patch_embedding.bias", hidden);
        }
        shapes.tensor(prefix + "embeddings.position_embedding.weight", patches() + (clip ? 1 : 0), hidden);
        if (clip) {
            shapes.layerNorm(prefix + "pre_layrnorm", hidden);
        }
        for (int i = 0; i < layers; i++) {
            var layer = prefix + "encoder.layers." + i;
            shapes.layerNorm(layer + ".layer_norm1", hidden);
            for (var projection : List.of("q_proj", "k_proj", "v_proj", "out_proj")) {
                shapes.linear(layer + ".self_attn." + projection, hidden, hidden, true);
            }
            shapes.layerNorm(layer + ".layer_norm2", hidden)
                    .linear(layer + ".mlp.fc1", hidden, feedForward, true)
                    .linear(layer + ".mlp.fc2", feedForward, hidden, true);
        }
        return postNorm ? shapes.layerNorm(prefix + "post_layernorm", hidden).map() : shapes.map();
    }

    TorchProgram.Builder addTo(TorchProgram.Builder program) {
        int heads = Config.size(vision, "num_attention_heads");
        return program.source(VisionTransformer.class, "vision_transformer.torchscript")
                .source(VisionTransformer.class, kind.source)
                .constant("vision", prefix)
                .constant("vision_hidden", hidden)
                .constant("vision_layers", layers)
                .constant("vision_heads_count", heads)
                .constant("vision_head_dim", hidden / heads)
                .constant("vision_patch", patch)
                .constant("vision_norm_eps", vision.path("layer_norm_eps").asDouble(1e-6))
                .constant("vision_post_norm", postNorm)
                .constant("vision_activation", vision.path("hidden_act").asText());
    }
}
