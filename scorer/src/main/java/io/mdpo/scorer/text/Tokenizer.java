package io.mdpo.scorer.text;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** The model's own {@code tokenizer.json}. Thread-safe. */
public final class Tokenizer implements AutoCloseable {
    private final HuggingFaceTokenizer tokenizer;
    private final Map<String, Long> special = new LinkedHashMap<>();
    private final String beginning;

    /**
     * @param file tokenizer.json
     * @param config tokenizer_config.json; empty where the directory has none
     * @throws IllegalArgumentException the file is not a tokenizer
     */
    public Tokenizer(Path file, JsonNode config) {
        try {
            // Truncation would silently cut image tokens; too long a pair is refused by name instead.
            tokenizer = HuggingFaceTokenizer.newInstance(file, Map.of("truncation", "false", "padding", "false"));
            for (var token : new ObjectMapper().readTree(file.toFile()).path("added_tokens")) {
                if (token.path("special").asBoolean()) {
                    special.put(token.path("content").asText(), token.path("id").asLong());
                }
            }
        } catch (IOException | RuntimeException e) {
            throw new IllegalArgumentException("%s is not a tokenizer: %s".formatted(file, e.getMessage()), e);
        }
        beginning = text(config.path("bos_token"));
    }

    /** The text of a token in tokenizer_config.json, which is a text or an object; empty if there is none. */
    public static String text(JsonNode token) {
        return token.isObject()
                ? token.path("content").asText()
                : token.asText("").replace("null", "");
    }

    /** Ids of a prompt, with the special tokens that the tokenizer puts around it unless the text has them already. */
    public long[] prompt(String text) {
        boolean hasBeginning = !beginning.isEmpty() && text.startsWith(beginning);
        return tokenizer.encode(text, !hasBeginning, false).getIds();
    }

    /** Ids of a part of a text, without special tokens around it. */
    public long[] part(String text) {
        return tokenizer.encode(text, false, false).getIds();
    }

    /** The id of a special token, if there is such a token. */
    public OptionalLong specialToken(String text) {
        var id = special.get(text);
        return id == null ? OptionalLong.empty() : OptionalLong.of(id);
    }

    /**
     * Refuses texts that would speak as the conversation, not in it.
     *
     * @throws IllegalArgumentException a text holds a special token
     */
    public void refuseSpecialTokens(Stream<String> texts) {
        texts.flatMap(text -> special.keySet().stream().filter(text::contains))
                .findFirst()
                .ifPresent(token -> {
                    throw new IllegalArgumentException("a text holds the special token %s".formatted(token));
                });
    }

    /** The text of ids, special tokens left out. */
    public String decode(long... ids) {
        return tokenizer.decode(ids, true);
    }

    /** The text of one id, also if it is a special token. */
    public String token(long id) {
        return tokenizer.decode(new long[] {id}, false);
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
