package io.mdpo.ops.imports.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mdpo.schemas.Prompts;
import io.mdpo.schemas.avro.ImageReference;
import io.mdpo.schemas.avro.Message;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the formats allow beyond a question about an image. */
class FormatsTest {
    private static final ByteBuffer A = ByteBuffer.wrap(new byte[] {'a'});
    private static final ByteBuffer B = ByteBuffer.wrap(new byte[] {'b'});

    @TempDir
    private Path folder;

    private Images images;

    @BeforeEach
    void makeImages() throws IOException {
        Files.writeString(folder.resolve("a.png"), "a");
        Files.writeString(folder.resolve("b.png"), "b");
        images = Images.below(folder, 1000);
    }

    @Test
    void mdpoPromptsOfSeveralTurnsAreTakenApart() {
        var draft = one("""
                {"img_path": "a.png", "chosen": "yes", "rejected": "no", "prompt":
                 "Answer in one word. USER: <image>\\nIs it a cat? ASSISTANT: No.</s>USER: A dog? ASSISTANT:"}""");

        assertThat(draft.prompt())
                .isEqualTo(List.of(
                        Prompts.message("system", "Answer in one word."),
                        Prompts.aboutImage("Is it a cat?").get(0),
                        Prompts.message("assistant", "No."),
                        Prompts.message("user", "A dog?")));
        assertThat(draft.images()).isEqualTo(List.of(A));
    }

    @Test
    void anMdpoPromptThatDoesNotEndWithTheAssistantsTurnIsRefused() {
        assertRefused("does not end with ASSISTANT:", """
                {"img_path": "a.png", "chosen": "yes", "rejected": "no", "prompt": "USER: <image>\\nIs it a cat?"}""");
        assertRefused("two turns of user in a row", """
                {"img_path": "a.png", "chosen": "y", "rejected": "n", "prompt": "USER: a USER: b ASSISTANT:"}""");
    }

    @Test
    void trlTakesTextsAndOneImageAndPromptsThatAreNotSaid() {
        var texts = one("{'prompt': 'What?', 'chosen': 'yes', 'rejected': 'no', 'image': 'a.png'}");
        var implicit = one("""
                {'images': ['a.png'],
                 'chosen': [{'role': 'user', 'content': 'What?'}, {'role': 'assistant', 'content': 'yes'}],
                 'rejected': [{'role': 'user', 'content': 'What?'}, {'role': 'assistant', 'content': 'no'}]}""");

        assertThat(texts.prompt()).isEqualTo(Prompts.aboutImage("What?"));
        assertThat(texts.images()).isEqualTo(List.of(A));
        assertThat(implicit).isEqualTo(texts);
    }

    @Test
    void trlsSingleAnswersAreGoodOrBad() {
        var good = one("{'prompt': 'What?', 'completion': 'yes', 'label': true}");
        var bad = one("{'prompt': 'What?', 'completion': 'no', 'label': false}");

        assertThat(good.kind()).isEqualTo("desirable");
        assertThat(good.chosen()).isEqualTo("yes");
        assertThat(bad.kind()).isEqualTo("undesirable");
        assertThat(bad.rejected()).isEqualTo("no");
    }

    @Test
    void openAiTakesSeveralTurnsAndReferencesWithADigest() {
        var sha256 = "0123456789abcdef".repeat(4);
        var draft = one("""
                {'input': {'messages': [
                  {'role': 'system', 'content': 'Be brief.'},
                  {'role': 'user', 'content': [{'type': 'text', 'text': 'First?'},
                    {'type': 'image_url', 'image_url': {'uri': 'https://images.example/a.png', 'sha256': '%s'}}]},
                  {'role': 'assistant', 'content': 'A.'},
                  {'role': 'user', 'content': 'And?'}]},
                 'preferred_output': [{'role': 'assistant', 'content': 'yes'}],
                 'non_preferred_output': [{'role': 'assistant', 'content': 'no'}]}""".formatted(sha256));

        assertThat(draft.images()).isEqualTo(List.of(new ImageReference("https://images.example/a.png", sha256)));
        assertThat(draft.prompt())
                .isEqualTo(List.of(
                        Prompts.message("system", "Be brief."),
                        new Message("user", List.of(Prompts.text("First?"), Prompts.image())),
                        Prompts.message("assistant", "A."),
                        Prompts.message("user", "And?")));
    }

    @Test
    void llamaFactoryTakesSystemAndTurnsAndSeveralImages() {
        var draft = one("""
                {'system': 'Be brief.', 'images': ['a.png', {'bytes': null, 'path': 'b.png'}],
                 'conversations': [{'from': 'human', 'value': 'Left <image> or <image>\\nright?'},
                   {'from': 'gpt', 'value': 'Left.'}, {'from': 'human', 'value': 'Why?'}],
                 'chosen': {'from': 'gpt', 'value': 'yes'}, 'rejected': {'from': 'gpt', 'value': 'no'}}""");

        assertThat(draft.images()).isEqualTo(List.of(A, B));
        assertThat(draft.prompt())
                .isEqualTo(List.of(
                        Prompts.message("system", "Be brief."),
                        new Message(
                                "user",
                                List.of(
                                        Prompts.text("Left "),
                                        Prompts.image(),
                                        Prompts.text(" or "),
                                        Prompts.image(),
                                        Prompts.text("right?"))),
                        Prompts.message("assistant", "Left."),
                        Prompts.message("user", "Why?")));
    }

    @Test
    void llamaFactoryTakesInstructionsWithInputAndHistory() {
        var draft = one("""
                {'instruction': 'Translate.', 'input': 'Haus', 'history': [['Hello', 'Hi']],
                 'chosen': 'house', 'rejected': 'mouse', 'images': 'a.png'}""");

        assertThat(draft.prompt())
                .isEqualTo(List.of(
                        new Message("user", List.of(Prompts.image(), Prompts.text("Hello"))),
                        Prompts.message("assistant", "Hi"),
                        Prompts.message("user", "Translate.\nHaus")));
    }

    @Test
    void placesAndImagesThatDoNotMatchAreRefused() {
        assertRefused("places for 1 images, and the row has 2", """
                {'conversations': [{'from': 'human', 'value': '<image>What?'}], 'images': ['a.png', 'b.png'],
                 'chosen': {'from': 'gpt', 'value': 'yes'}, 'rejected': {'from': 'gpt', 'value': 'no'}}""");
    }

    @Test
    void msSwiftPutsImagesWithoutAPlaceInFront() {
        var draft = one("""
                {'messages': [{'role': 'system', 'content': 'S'}, {'role': 'user', 'content': 'What is <image>?'},
                   {'role': 'assistant', 'content': 'yes'}],
                 'rejected_response': [{'role': 'assistant', 'content': 'no'}], 'images': ['a.png', 'b.png']}""");

        assertThat(draft.prompt().get(1).getContent())
                .containsExactly(Prompts.image(), Prompts.text("What is "), Prompts.image(), Prompts.text("?"));
        assertThat(draft.rejected()).isEqualTo("no");
    }

    @Test
    void msSwiftsRejectedImagesAreTheCorruptedOnesOfAPair() {
        var messages = "[{'role': 'user', 'content': '<image>What?'}, {'role': 'assistant', 'content': '%s'}]";
        var row = "{'messages': %s, 'images': ['a.png'], 'rejected_messages': %s, 'rejected_images': ['%s']}";
        var chosen = messages.formatted("yes");

        assertThat(one(row.formatted(chosen, messages.formatted("no"), "b.png")).corruptedImages())
                .containsExactly(B);
        assertThat(one(row.formatted(chosen, messages.formatted("no"), "a.png")).corruptedImages())
                .isEmpty();
        assertRefused("prefers an image and no answer", row.formatted(chosen, chosen, "b.png"));
        assertRefused(
                "prefers an image and no answer",
                "{'messages': %s, 'images': ['a.png'], 'rejected_images': ['b.png']}".formatted(chosen));
    }

    @Test
    void vlFeedbackMakesPairsOfAllAnswersWithDifferentMeans() {
        var row = """
                {'prompt': 'What?', 'img_path': 'a.png', 'completions': [%s, %s, %s, %s]}""".formatted(
                        completion("two", "1", "2", "3"),
                        completion("four", "5", "4", "3"),
                        completion("also two", "3", "1", "2"),
                        completion("unrated", "5", "N/A", "5"));

        assertThat(read(row, RatedPairs.ALL))
                .extracting(draft -> draft.chosen() + " > " + draft.rejected())
                .containsExactly("four > two", "four > also two");
        assertThat(read(row, RatedPairs.BEST_WORST))
                .extracting(draft -> draft.chosen() + " > " + draft.rejected())
                .containsExactly("four > two");
    }

    @Test
    void fourAnswersWithOneMeanMakeNoPair() {
        var row = "{'prompt': 'What?', 'img_path': 'a.png', 'completions': [%s, %s]}"
                .formatted(completion("x", "1", "2", "3"), completion("y", "3", "2", "1"));

        assertThat(read(row, RatedPairs.ALL)).isEmpty();
        assertThat(read(row, RatedPairs.BEST_WORST)).isEmpty();
    }

    private static String completion(String answer, String helpful, String ethical, String faithful) {
        return ("{'model': 'm', 'response': '%s', 'annotations': {'Helpfulness': {'Rating': '%s', 'Rationale': ''},"
                        + " 'Ethical Considerations': {'Rating': '%s'}, 'Visual Faithfulness': {'Rating': '%s'}}}")
                .formatted(answer, helpful, ethical, faithful);
    }

    private void assertRefused(String sentence, String row) {
        assertThatThrownBy(() -> read(row, RatedPairs.ALL))
                .isInstanceOf(RefusedRowException.class)
                .hasMessageContaining(sentence);
    }

    private Draft one(String row) {
        var drafts = read(row, RatedPairs.ALL);
        assertThat(drafts).hasSize(1);
        return drafts.get(0);
    }

    /** Reads a row with the format that its fields tell; single quotes stand for double ones. */
    private List<Draft> read(String row, RatedPairs rule) {
        try {
            var fields = (ObjectNode) new ObjectMapper().readTree(row.replace('\'', '"'));
            return Formats.named(Formats.AUTO, rule).of(fields).read(fields, images);
        } catch (IOException e) {
            throw new AssertionError(row, e);
        }
    }

    @Test
    void aNameThatIsNoFormatNamesThose() {
        assertThatThrownBy(() -> Formats.named("llava", RatedPairs.ALL))
                .hasMessageContaining(
                        "one of [openai, vlfeedback, ms-swift, llama-factory, mdpo, rlaif-v, trl], or auto");
    }
}
