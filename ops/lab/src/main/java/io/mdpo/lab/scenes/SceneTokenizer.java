package io.mdpo.lab.scenes;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The word-level tokenizer of the bundled model, written as the files that Hugging Face tokenizers and transformers
 * read.
 *
 * <p>Each word is one piece, with the space before it as {@code ▁}; {@code , . ?} and the line break are pieces of their
 * own. Nothing is normalised and no space is added, so decoding restores the text, and the pieces of a text cut before
 * a space are the pieces of its parts. An answer therefore begins with a space: {@code " There is a dog.</s>"}.
 */
public final class SceneTokenizer {
    /** Piece of a word that is not in the vocabulary. */
    public static final String UNKNOWN = "<unk>";

    /** Piece that starts a sequence. */
    public static final String START = "<s>";

    /** Piece that ends an answer. */
    public static final String END = "</s>";

    /** Piece that fills up a batch. */
    public static final String PADDING = "<pad>";

    /** Piece that stands for the picture. */
    public static final String IMAGE = "<image>";

    private static final List<String> SPECIAL = List.of(UNKNOWN, START, END, PADDING, IMAGE);
    private static final String SPACE = "\u2581";
    private static final String PUNCTUATION = "[,.?\n]";
    private static final List<String> SENTENCE_STARTS = List.of("There", "The", "Yes", "No", "Describe", "Is");
    private static final List<String> ROLES = List.of("USER:", "ASSISTANT:");
    private static final List<String> WORDS = List.of(
            "is", "are", "a", "an", "two", "three", "the", "left", "right", "of", "above", "below", "there", "in",
            "picture");

    private static final String CHAT_TEMPLATE = "{% for message in messages %}"
            + "{% if message['role'] == 'user' %}USER: "
            + "{% for part in message['content'] %}{% if part['type'] == 'image' %}<image>\n{% endif %}{% endfor %}"
            + "{% for part in message['content'] %}{% if part['type'] == 'text' %}{{ part['text'] }}{% endif %}"
            + "{% endfor %}"
            + "{% else %} ASSISTANT: "
            + "{% for part in message['content'] %}{% if part['type'] == 'text' %}{{ part['text'] }}{% endif %}"
            + "{% endfor %}</s>"
            + "{% endif %}{% endfor %}"
            + "{% if add_generation_prompt %} ASSISTANT:{% endif %}";

    private final List<String> pieces;

    public SceneTokenizer(NounCatalogue catalogue) {
        Set<String> all = new LinkedHashSet<>(SPECIAL);
        all.addAll(List.of(SPACE, "\n", ",", ".", "?"));
        for (String word : concat(SENTENCE_STARTS, ROLES)) {
            all.add(word);
            all.add(SPACE + word);
        }
        WORDS.forEach(word -> all.add(SPACE + word));
        Colour.named().forEach(colour -> all.add(SPACE + colour.word()));
        for (Noun noun : catalogue.nouns()) {
            all.add(SPACE + noun.singular());
            all.add(SPACE + noun.plural());
        }
        this.pieces = List.copyOf(all);
    }

    /** The pieces; a piece's place is its token id. */
    public List<String> pieces() {
        return pieces;
    }

    /** Number of token ids. */
    public int vocabularySize() {
        return pieces.size();
    }

    /**
     * The token id of a piece, such as {@link #END}.
     *
     * @throws IllegalArgumentException if there is no such piece
     */
    public int id(String piece) {
        int id = pieces.indexOf(piece);
        if (id < 0) {
            throw new IllegalArgumentException("'" + piece + "' is not in the tokenizer's vocabulary.");
        }
        return id;
    }

    /**
     * Writes {@code tokenizer.json}, {@code tokenizer_config.json} and {@code special_tokens_map.json}.
     *
     * @param directory exists already
     * @throws IOException if a file cannot be written
     */
    public void write(Path directory) throws IOException {
        var mapper = new ObjectMapper();
        var writer = mapper.writerWithDefaultPrettyPrinter();
        Files.writeString(directory.resolve("tokenizer.json"), writer.writeValueAsString(tokenizer(mapper)) + "\n");
        Files.writeString(directory.resolve("tokenizer_config.json"), writer.writeValueAsString(config(mapper)) + "\n");
        Files.writeString(
                directory.resolve("special_tokens_map.json"), writer.writeValueAsString(specialTokens(mapper)) + "\n");
    }

    private ObjectNode tokenizer(ObjectMapper mapper) {
        ObjectNode root = mapper.createObjectNode().put("version", "1.0");
        root.putNull("truncation").putNull("padding");
        ArrayNode added = root.putArray("added_tokens");
        for (String piece : SPECIAL) {
            added.add(addedToken(mapper, piece).put("id", id(piece)));
        }
        root.putNull("normalizer");
        ObjectNode split = root.putObject("pre_tokenizer").put("type", "Sequence");
        ArrayNode steps = split.putArray("pretokenizers");
        ObjectNode punctuation = steps.addObject().put("type", "Split");
        punctuation.putObject("pattern").put("Regex", PUNCTUATION);
        punctuation.put("behavior", "Isolated").put("invert", false);
        steps.add(metaspace(mapper));
        root.set("post_processor", startToken(mapper));
        root.set("decoder", metaspace(mapper));
        ObjectNode model = root.putObject("model").put("type", "WordLevel");
        ObjectNode vocabulary = model.putObject("vocab");
        for (int id = 0; id < pieces.size(); id++) {
            vocabulary.put(pieces.get(id), id);
        }
        model.put("unk_token", UNKNOWN);
        return root;
    }

    /** A space begins a piece, and none is put before the text. */
    private static ObjectNode metaspace(ObjectMapper mapper) {
        return mapper.createObjectNode()
                .put("type", "Metaspace")
                .put("replacement", SPACE)
                .put("prepend_scheme", "never")
                .put("split", true);
    }

    /** Puts the start piece before a sequence, unless the caller asks for no special tokens. */
    private ObjectNode startToken(ObjectMapper mapper) {
        ObjectNode template = mapper.createObjectNode().put("type", "TemplateProcessing");
        addTemplate(template.putArray("single"), "A");
        addTemplate(template.putArray("pair"), "A", "B");
        ObjectNode start = template.putObject("special_tokens").putObject(START).put("id", START);
        start.putArray("ids").add(id(START));
        start.putArray("tokens").add(START);
        return template;
    }

    private static void addTemplate(ArrayNode template, String... sequences) {
        template.addObject().putObject("SpecialToken").put("id", START).put("type_id", 0);
        for (String sequence : sequences) {
            template.addObject().putObject("Sequence").put("id", sequence).put("type_id", 0);
        }
    }

    private ObjectNode config(ObjectMapper mapper) {
        ObjectNode config = specialTokens(mapper);
        ObjectNode decoder = config.putObject("added_tokens_decoder");
        for (String piece : SPECIAL) {
            decoder.set(Integer.toString(id(piece)), addedToken(mapper, piece));
        }
        return config.put("tokenizer_class", "PreTrainedTokenizerFast")
                .put("add_bos_token", true)
                .put("add_eos_token", false)
                .put("clean_up_tokenization_spaces", false)
                .put("padding_side", "left")
                .put("chat_template", CHAT_TEMPLATE);
    }

    private static ObjectNode specialTokens(ObjectMapper mapper) {
        return mapper.createObjectNode()
                .put("unk_token", UNKNOWN)
                .put("bos_token", START)
                .put("eos_token", END)
                .put("pad_token", PADDING)
                .put("image_token", IMAGE);
    }

    private static ObjectNode addedToken(ObjectMapper mapper, String piece) {
        return mapper.createObjectNode()
                .put("content", piece)
                .put("single_word", false)
                .put("lstrip", false)
                .put("rstrip", false)
                .put("normalized", false)
                .put("special", true);
    }

    private static List<String> concat(List<String> first, List<String> second) {
        var all = new ArrayList<>(first);
        all.addAll(second);
        return all;
    }
}
