package io.mdpo.scorer.family;

import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import io.mdpo.scorer.image.ImageGrid;
import io.mdpo.scorer.image.ImageProcessor;
import io.mdpo.scorer.image.SquareImageProcessor;
import io.mdpo.scorer.text.Tokenizer;
import io.mdpo.scorer.torch.TorchProgram;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.LongStream;

/**
 * Bunny-v1.0-3B (He et al. 2024, arXiv 2402.11530): SigLIP so400m without its last layer, two-layer GELU projector, Phi-2
 * ({@code BunnyPhiForCausalLM}). The image has no token: the prompt is tokenised around {@code <image>}, and the features
 * are put in its place.
 */
final class BunnyFamily implements ModelFamily {
    private static final String TEXT = """
            {"hidden_size": 2560, "num_hidden_layers": 32, "num_attention_heads": 32, "intermediate_size": 10240,
             "vocab_size": 51200, "max_position_embeddings": 2048, "hidden_act": "gelu_new", "eos_token_id": 50256}""";

    /** The released code names the tower and does not describe it: google/siglip-so400m-patch14-384. */
    private static final String VISION = """
            {"hidden_size": 1152, "num_hidden_layers": 27, "num_attention_heads": 16, "intermediate_size": 4304,
             "image_size": 384, "patch_size": 14, "hidden_act": "gelu_pytorch_tanh", "layer_norm_eps": 1e-6}""";

    private static final String CHAT_TEMPLATE = """
            {{ 'A chat between a curious user and an artificial intelligence assistant. ' }}\
            {{ "The assistant gives helpful, detailed, and polite answers to the user's questions. " }}\
            {% for message in messages %}\
            {% if message['role'] == 'system' %}{{ raise_exception('Bunny has one system sentence of its own') }}{% endif %}\
            {{ message['role'] | upper + ': ' }}\
            {% for part in message['content'] %}\
            {% if part['type'] == 'image' %}{{ '<image>\n' }}{% else %}{{ part['text'] }}{% endif %}\
            {% endfor %}\
            {% if message['role'] == 'user' %}{{ ' ' }}{% else %}{{ '<|endoftext|>' }}{% endif %}\
            {% endfor %}\
            {% if add_generation_prompt %}{{ 'ASSISTANT:' }}{% endif %}""";

    /** The number that the released code gives the image; it is no row of the embedding. */
    private static final long IMAGE = -200;

    private final VisionTransformer tower;
    private final PhiDecoder decoder;

    BunnyFamily(JsonNode config) {
        var text = Config.over(TEXT, config);
        var vision = Config.over(VISION, config.path("vision_config"));
        Config.require(name(), text, "hidden_act", "gelu_new");
        Config.require(name(), text, "qk_layernorm", "false");
        Config.require(name(), text, "mm_projector_type", "mlp2x_gelu");
        Config.require(name(), text, "rope_scaling", "null");
        Config.require(name(), text, "image_aspect_ratio", "pad");
        Config.require(name(), text, "use_s2", "false");
        int layers = Config.size(vision, "num_hidden_layers") - 1;
        tower = new VisionTransformer(
                VisionTransformer.Kind.SIGLIP, vision, "model.vision_tower.vision_tower.vision_model.", layers, false);
        decoder = new PhiDecoder(text);
    }

    @Override
    public String name() {
        return "Bunny";
    }

    @Override
    public Map<String, Shape> tensors() {
        return new Shapes()
                .all(tower.tensors())
                .linear("model.mm_projector.0", tower.hidden(), decoder.hidden(), true)
                .linear("model.mm_projector.2", decoder.hidden(), decoder.hidden(), true)
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
                .source(BunnyFamily.class, "projector.torchscript")
                .constant("projector_first", "model.mm_projector.0")
                .constant("projector_second", "model.mm_projector.2");
        return decoder.addTo(tower.addTo(program));
    }

    @Override
    public ImageProcessor imageProcessor(JsonNode preprocessorConfig) {
        return new SquareImageProcessor(preprocessorConfig, tower.side());
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
    public long[] promptIds(Tokenizer tokenizer, String prompt, List<ImageGrid> images) {
        var pieces = prompt.split(Pattern.quote(imagePlaceholder()), -1);
        var ids = LongStream.of(tokenizer.prompt(pieces[0]));
        for (int i = 0; i < images.size(); i++) {
            var image = LongStream.generate(() -> IMAGE).limit(imageTokens(images.get(i)));
            ids = LongStream.concat(ids, LongStream.concat(image, LongStream.of(tokenizer.part(pieces[i + 1]))));
        }
        return ids.toArray();
    }

    @Override
    public String imageText(ImageGrid grid) {
        return imagePlaceholder();
    }

    @Override
    public int imageTokens(ImageGrid grid) {
        return tower.patches();
    }

    @Override
    public long imageToken() {
        return IMAGE;
    }
}
