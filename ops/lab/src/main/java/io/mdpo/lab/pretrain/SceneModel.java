package io.mdpo.lab.pretrain;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mdpo.lab.scenes.NounCatalogue;
import io.mdpo.lab.scenes.Scene;
import io.mdpo.lab.scenes.SceneRenderer;
import io.mdpo.lab.scenes.SceneTokenizer;
import io.mdpo.scorer.vlm.ModelWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The bundled model's architecture: LLaVA in the Hugging Face layout, small enough for two cores. */
final class SceneModel {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int VISION_HIDDEN = 128;
    private static final int HIDDEN = 160;

    private SceneModel() {}

    /** Writes configuration, tokenizer and random weights. */
    static void initialise(Path directory, NounCatalogue catalogue, long seed) {
        var tokenizer = new SceneTokenizer(catalogue);
        try {
            Files.createDirectories(directory);
            tokenizer.write(directory);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + directory, e);
        }
        ModelWriter.initialise(directory, config(tokenizer), preprocessor(), seed);
    }

    private static ObjectNode config(SceneTokenizer tokenizer) {
        var config = JSON.createObjectNode();
        config.putArray("architectures").add("LlavaForConditionalGeneration");
        config.put("model_type", "llava").put("torch_dtype", "float16");
        config.put("image_token_index", tokenizer.id(SceneTokenizer.IMAGE));
        config.put("vision_feature_layer", -1).put("vision_feature_select_strategy", "default");
        config.put("projector_hidden_act", "gelu");
        config.put("bos_token_id", tokenizer.id(SceneTokenizer.START));
        config.put("eos_token_id", tokenizer.id(SceneTokenizer.END));
        config.put("pad_token_id", tokenizer.id(SceneTokenizer.PADDING));
        config.putObject("text_config")
                .put("model_type", "llama")
                .put("hidden_size", HIDDEN)
                .put("intermediate_size", 432)
                .put("num_hidden_layers", 4)
                .put("num_attention_heads", 5)
                .put("num_key_value_heads", 5)
                .put("vocab_size", tokenizer.vocabularySize())
                .put("max_position_embeddings", 256)
                .put("rms_norm_eps", 1e-5)
                .put("rope_theta", 10000.0)
                .put("hidden_act", "silu")
                .put("tie_word_embeddings", false)
                .put("bos_token_id", tokenizer.id(SceneTokenizer.START))
                .put("eos_token_id", tokenizer.id(SceneTokenizer.END))
                .put("pad_token_id", tokenizer.id(SceneTokenizer.PADDING));
        config.putObject("vision_config")
                .put("model_type", "clip_vision_model")
                .put("hidden_size", VISION_HIDDEN)
                .put("intermediate_size", 4 * VISION_HIDDEN)
                .put("projection_dim", VISION_HIDDEN)
                .put("num_hidden_layers", 4)
                .put("num_attention_heads", 4)
                .put("image_size", Scene.SIZE)
                .put("patch_size", SceneRenderer.PATCH_SIZE)
                .put("hidden_act", "quick_gelu")
                .put("layer_norm_eps", 1e-5);
        return config;
    }

    private static ObjectNode preprocessor() {
        var config = JSON.createObjectNode();
        config.put("image_processor_type", "CLIPImageProcessor").put("processor_class", "LlavaProcessor");
        config.put("do_resize", true).put("do_center_crop", true).put("do_rescale", true);
        config.put("do_normalize", true).put("do_convert_rgb", true);
        config.put("resample", 3).put("rescale_factor", 1 / 255.0);
        config.putObject("size").put("shortest_edge", Scene.SIZE);
        config.putObject("crop_size").put("height", Scene.SIZE).put("width", Scene.SIZE);
        config.putArray("image_mean").add(0.5).add(0.5).add(0.5);
        config.putArray("image_std").add(0.25).add(0.25).add(0.25);
        return config;
    }
}
