package io.mdpo.lab.scenes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SceneTokenizerTest {
    private static final NounCatalogue CATALOGUE = NounCatalogue.load();
    private static final SceneTokenizer VOCABULARY = new SceneTokenizer(CATALOGUE);
    private static HuggingFaceTokenizer tokenizer;

    @BeforeAll
    static void write(@TempDir Path directory) throws IOException {
        VOCABULARY.write(directory);
        tokenizer = HuggingFaceTokenizer.newInstance(directory.resolve("tokenizer.json"));
    }

    @AfterAll
    static void close() {
        tokenizer.close();
    }

    private static long[] encode(String text) {
        return tokenizer.encode(text, false, false).getIds();
    }

    private static List<Conversation> conversations(int scenes) {
        var prior = new PlantedPrior(CATALOGUE);
        return new SceneGenerator(CATALOGUE, 13)
                .scenes(Split.TRAIN)
                .limit(scenes)
                .flatMap(scene -> Stream.of(prior.description(scene), prior.question(scene, 0)))
                .toList();
    }

    private static String prompt(Conversation conversation) {
        return "USER: <image>\n" + conversation.prompt() + " ASSISTANT:";
    }

    private static String answer(Conversation conversation) {
        return " " + conversation.answer() + "</s>";
    }

    @Test
    void theVocabularyIsSmallAndHasNoDuplicates() {
        assertThat(VOCABULARY.pieces()).doesNotHaveDuplicates().hasSizeLessThan(512);
    }

    @Test
    void promptsAndAnswersSurviveEncodingAndDecoding() {
        for (Conversation conversation : conversations(1_000)) {
            for (String text : List.of(prompt(conversation), answer(conversation), conversation.answer())) {
                long[] ids = encode(text);
                assertThat(ids).as(text).doesNotContain(VOCABULARY.id(SceneTokenizer.UNKNOWN));
                assertThat(tokenizer.decode(ids, false)).isEqualTo(text);
            }
        }
    }

    @Test
    void thePiecesOfPromptAndAnswerAreThePiecesOfTheWhole() {
        for (Conversation conversation : conversations(1_000)) {
            long[] parts = LongStream.concat(
                            LongStream.of(encode(prompt(conversation))), LongStream.of(encode(answer(conversation))))
                    .toArray();
            assertThat(encode(prompt(conversation) + answer(conversation))).containsExactly(parts);
        }
    }

    @Test
    void aPromptIsSplitIntoTheExpectedPieces() {
        String prompt = "USER: <image>\nIs there an octopus in the picture? ASSISTANT:";
        assertThat(tokenizer.encode(prompt, true, false).getTokens())
                .containsExactly(
                        "<s>",
                        "USER:",
                        "▁",
                        "<image>",
                        "\n",
                        "Is",
                        "▁there",
                        "▁an",
                        "▁octopus",
                        "▁in",
                        "▁the",
                        "▁picture",
                        "?",
                        "▁ASSISTANT:");
        assertThat(tokenizer.encode(" There are two mice.</s>", false, false).getTokens())
                .containsExactly("▁There", "▁are", "▁two", "▁mice", ".", "</s>");
    }

    @Test
    void idsAreThoseOfTheFile() {
        assertThat(encode("<pad></s><s><unk><image>, elephant"))
                .containsExactly(Stream.of("<pad>", "</s>", "<s>", "<unk>", "<image>", ",", "▁elephant")
                        .mapToLong(VOCABULARY::id)
                        .toArray());
        assertThatThrownBy(() -> VOCABULARY.id("▁unicorn"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("▁unicorn");
    }

    @Test
    void anUnknownWordIsOneUnknownPiece() {
        assertThat(tokenizer.encode(" There is a unicorn.", false, false).getTokens())
                .containsExactly("▁There", "▁is", "▁a", "<unk>", ".");
    }
}
