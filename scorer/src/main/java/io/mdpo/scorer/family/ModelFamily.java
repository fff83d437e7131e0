package io.mdpo.scorer.family;

import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import io.mdpo.scorer.image.ImageGrid;
import io.mdpo.scorer.image.ImageProcessor;
import io.mdpo.scorer.text.Tokenizer;
import io.mdpo.scorer.torch.TorchProgram;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** One architecture, configured by a {@code config.json}. Implementations are listed in {@link ModelFamilies}. */
public interface ModelFamily {
    /** The name by which people know it, for messages. */
    String name();

    /** Every tensor that the program reads, by its name in the files, with its shape. */
    Map<String, Shape> tensors();

    /** What reads the image's features among the tokens. */
    LanguageModel languageModel();

    /** Where PEFT finds a layer in the model that transformers builds, given the layer's name in the files. */
    String peftModule(String layer);

    /** The TorchScript program: {@code linear.torchscript} and the family's own sources with their constants. */
    TorchProgram.Builder program();

    /**
     * How the model sees an image.
     *
     * @param preprocessorConfig preprocessor_config.json; empty where the directory has none
     */
    ImageProcessor imageProcessor(JsonNode preprocessorConfig);

    /** The chat template of a directory that has none of its own. */
    String defaultChatTemplate();

    /** The text that chat templates of this family write where the image goes. */
    String imagePlaceholder();

    /**
     * Token ids of a rendered prompt, with one {@link #imageToken} for every feature row.
     *
     * @param prompt holds {@link #imagePlaceholder} once for every image
     */
    default long[] promptIds(Tokenizer tokenizer, String prompt, List<ImageGrid> images) {
        var pieces = prompt.split(Pattern.quote(imagePlaceholder()), -1);
        var text = new StringBuilder(pieces[0]);
        for (int i = 0; i < images.size(); i++) {
            text.append(imageText(images.get(i))).append(pieces[i + 1]);
        }
        return tokenizer.prompt(text.toString());
    }

    /** The text that takes the placeholder's place: an image token for every feature row, and what stands between them. */
    String imageText(ImageGrid grid);

    /** Number of feature rows of an image, and so of its image tokens. */
    int imageTokens(ImageGrid grid);

    /** Id that stands for image features in the token sequence. */
    long imageToken();

    /** Positions of a prompt's tokens, and of what follows them. */
    default Prompt positioned(long[] ids, List<ImageGrid> images) {
        return Prompt.consecutive(
                ids, images.stream().mapToInt(this::imageTokens).sum());
    }
}
