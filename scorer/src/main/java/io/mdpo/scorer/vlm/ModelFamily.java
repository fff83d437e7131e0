package io.mdpo.scorer.vlm;

import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import io.mdpo.scorer.image.ImageProcessor;
import io.mdpo.scorer.torch.TorchProgram;
import java.util.List;
import java.util.Map;

/** One architecture, configured by a {@code config.json}. Implementations are listed in {@link ModelFamilies}. */
public interface ModelFamily {
    /** A linear layer of the language model that an adapter may extend: weight (out, in). */
    record LinearLayer(String name, long in, long out) {}

    /** The name by which people know it, for messages. */
    String name();

    /** Every tensor that the program reads, by its name in the files, with its shape. */
    Map<String, Shape> tensors();

    /** Linear layers of the language model except the head, in order. */
    List<LinearLayer> linearLayers();

    /** Prefix of module paths in a PEFT adapter file, before the names of {@link #linearLayers}. */
    String peftPrefix();

    /** The TorchScript program: {@code linear.torchscript} and the family's own sources with their constants. */
    TorchProgram.Builder program();

    ImageProcessor imageProcessor(JsonNode preprocessorConfig);

    PromptTemplate promptTemplate();

    /** Id that stands for image features in the token sequence. */
    long imageToken();

    /** Number of feature rows, and so of image tokens, that one image has. */
    int imageTokens();

    /** Largest number of positions that the language model knows. */
    int maxPositions();

    /** Number of rows of the embedding matrix. */
    long vocabularySize();

    /** Id that closes a completion. */
    long endOfSequence();
}
