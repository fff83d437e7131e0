package io.mdpo.scorer.vlm;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** The model's own {@code tokenizer.json}. */
final class Tokenizer implements AutoCloseable {
    private final HuggingFaceTokenizer tokenizer;

    Tokenizer(Path file) {
        try {
            // Truncation would silently cut image tokens; too long a pair is refused by name instead.
            tokenizer = HuggingFaceTokenizer.newInstance(file, Map.of("truncation", "false", "padding", "false"));
        } catch (IOException | RuntimeException e) {
            throw new ModelFormatException("%s is not a tokenizer: %s".formatted(file, e.getMessage()), e);
        }
    }

    /** Ids of a prompt, with the special tokens that the tokenizer puts around it. */
    long[] prompt(String text) {
        return tokenizer.encode(text, true, false).getIds();
    }

    /** Ids of a text that goes on after a prompt, without special tokens. */
    long[] continuation(String text) {
        return tokenizer.encode(text, false, false).getIds();
    }

    String decode(long[] ids) {
        return tokenizer.decode(ids, true);
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
