package io.mdpo.ingest.encoding;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.mdpo.ingest.outcome.Outcome;
import io.mdpo.ingest.outcome.Rejection;
import io.mdpo.schemas.Prompts;
import io.mdpo.schemas.RejectionReason;
import io.mdpo.schemas.avro.Answer;
import io.mdpo.schemas.avro.Edit;
import io.mdpo.schemas.avro.Feedback;
import io.mdpo.schemas.avro.ImageReference;
import io.mdpo.schemas.avro.Interaction;
import io.mdpo.schemas.avro.Message;
import io.mdpo.schemas.avro.Preferred;
import io.mdpo.schemas.avro.Rating;
import io.mdpo.schemas.avro.Retracted;
import io.mdpo.schemas.avro.Thumb;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class JsonEventsTest {
    private static final Instant RECEIVED = Instant.ofEpochMilli(1_700_000_000_000L);
    private static final Defaults DEFAULTS = new Defaults(Optional.empty(), "shop", RECEIVED);
    private static final String SHA256 = "ab".repeat(32);

    @Test
    void anInteractionHasItsImagesPromptAndAnswers() {
        var read = interaction("""
                {"id": "i-1", "conversationId": 7, "createdAt": "2026-01-31T12:00:00Z", "source": "chat",
                 "prompt": [
                   {"role": "system", "content": "Be brief."},
                   {"role": "user", "content": [
                     {"type": "image_url", "image_url": {"url": "data:image/png;base64,AQID"}},
                     {"type": "image", "image": {"uri": "file:a.png", "sha256": "%s"}},
                     {"type": "text", "text": "What is this?"}]}],
                 "answers": [
                   {"id": "a", "text": "A dog.", "base": "llava", "adapter": 12},
                   {"id": 2, "text": [{"role": "assistant", "content": "A cat."}]}],
                 "somethingElse": {"of": "the product"}}""".formatted(SHA256));

        assertThat(read)
                .isEqualTo(new Interaction(
                        "i-1",
                        "7",
                        List.of(ByteBuffer.wrap(new byte[] {1, 2, 3}), new ImageReference("file:a.png", SHA256)),
                        List.of(
                                Prompts.message("system", "Be brief."),
                                new Message(
                                        "user",
                                        List.of(Prompts.image(), Prompts.image(), Prompts.text("What is this?")))),
                        List.of(new Answer("a", "A dog.", "llava", "12"), new Answer("2", "A cat.", "", "")),
                        "chat",
                        Instant.parse("2026-01-31T12:00:00Z")));
    }

    @Test
    void whatAnInteractionDoesNotSayIsItsRecords() {
        var read = (Outcome.Accepted<Interaction>)
                JsonEvents.interaction("""
                {"prompt": "Q", "answers": [{"id": "a", "text": "A"}]}""".getBytes(UTF_8), new Defaults(Optional.of("the-key"), "shop", RECEIVED));

        assertThat(read.value().getInteractionId()).isEqualTo("the-key");
        assertThat(read.value().getSource()).isEqualTo("shop");
        assertThat(read.value().getCreatedAt()).isEqualTo(RECEIVED);
        assertThat(read.value().getPrompt()).isEqualTo(Prompts.user("Q"));
    }

    static Stream<Arguments> judgements() {
        return Stream.of(
                Arguments.of("""
                        "preferred": {"chosen": "a", "rejected": "b"}""", new Preferred("a", "b")),
                Arguments.of("""
                        "thumb": {"answer": "a", "up": false}, "rating": null""", new Thumb("a", false)),
                Arguments.of("""
                        "rating": {"answer": "a", "value": 4, "lowest": 1, "highest": 5}""", new Rating("a", 4.0, 1.0, 5.0)),
                Arguments.of("""
                        "edit": {"answer": "a", "text": "A red cat."}""", new Edit("a", "A red cat.")),
                Arguments.of("""
                        "retracted": {"feedback": "f-0"}""", new Retracted("f-0")));
    }

    @ParameterizedTest
    @MethodSource("judgements")
    void aFeedbackHasOneJudgement(String json, Object judgement) {
        assertThat(feedback("{\"id\": \"f-1\", \"interactionId\": \"i-1\", \"rater\": \"r\", %s}".formatted(json)))
                .isEqualTo(new Feedback("f-1", "i-1", "r", judgement, "shop", RECEIVED));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            []                                                                       | $: expected a feedback
            {"id": "f", "interactionId": "i", "rater": "r"}                          | $: expected one of preferred, thumb, rating, edit, retracted
            {"id": "f", "interactionId": "i", "rater": "r", "thumb": {}, "edit": {}} | $: expected one of preferred, thumb
            {"interactionId": "i", "rater": "r", "thumb": {"answer": "a", "up": true}} | $.id is missing: expected a text of 1 to 512
            {"id": " ", "interactionId": "i", "rater": "r", "thumb": {"answer": "a", "up": true}} | $.id: expected a text of 1 to 512
            {"id": "f", "rater": "r", "thumb": {"answer": "a", "up": true}}          | $.interactionId is missing
            {"id": "f", "interactionId": "i", "rater": "r", "thumb": {"answer": "a", "up": "yes"}} | $.thumb.up: expected true or false, found the text 'yes'
            {"id": "f", "interactionId": "i", "rater": "r", "thumb": true}           | $.thumb: expected an object
            {"id": "f", "interactionId": "i", "rater": "r", "preferred": {"chosen": "a", "rejected": "a"}} | $.preferred.rejected: expected another answer
            {"id": "f", "interactionId": "i", "rater": "r", "rating": {"answer": "a", "value": 6, "lowest": 1, "highest": 5}} | $.rating: expected a value on its scale
            {"id": "f", "interactionId": "i", "rater": "r", "rating": {"answer": "a", "value": 1, "lowest": 1, "highest": 1}} | $.rating: expected a scale
            {"id": "f", "interactionId": "i", "rater": "r", "rating": {"answer": "a", "value": 1e999, "lowest": 1, "highest": 5}} | $.rating.value: expected a number
            {"id": "f", "id": "g"}                                                   | not a JSON document that can be read: Duplicate field 'id'
            """)
    void aFeedbackThatIsNoneIsRefusedWithItsPlace(String json, String sentence) {
        assertThat(refusal(JsonEvents.feedback(json.getBytes(UTF_8), DEFAULTS)))
                .satisfies(rejection -> assertThat(rejection.message()).startsWith(sentence));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"id": "i", "prompt": "Q"}                                                         | UNDECODABLE_RECORD   | $.answers is missing
            {"id": "i", "prompt": "Q", "answers": []}                                          | UNDECODABLE_RECORD   | $.answers: expected a list of at least one
            {"id": "i", "prompt": "Q", "answers": [{"id": "a", "text": "A"}, {"id": "a", "text": "B"}]} | UNDECODABLE_RECORD | $.answers[1].id: expected an id that no other
            {"id": "i", "prompt": [{"role": "tool", "content": "Q"}], "answers": [{"id": "a", "text": "A"}]} | INVALID_ROLE | $.prompt: expected messages of system, user
            {"id": "i", "prompt": [{"role": "system", "content": "Q"}], "answers": [{"id": "a", "text": "A"}]} | INVALID_ROLE | $.prompt: expected messages of system, user
            {"id": "i", "prompt": [{"role": "user", "content": [{"type": "image"}]}], "answers": [{"id": "a", "text": "A"}]} | IMAGE_COUNT_MISMATCH | $.prompt: expected as many image parts
            {"id": "i", "prompt": "Q", "images": ["https://x.example/a.png"], "answers": [{"id": "a", "text": "A"}]} | IMAGE_REFERENCE_REFUSED | $.images[0]: expected a data URL
            """)
    void anInteractionThatIsNoneIsRefusedWithItsPlace(String json, RejectionReason reason, String sentence) {
        assertThat(refusal(JsonEvents.interaction(json.getBytes(UTF_8), DEFAULTS)))
                .satisfies(rejection -> {
                    assertThat(rejection.message()).startsWith(sentence);
                    assertThat(rejection.reason()).isEqualTo(reason);
                });
    }

    private static Interaction interaction(String json) {
        return JsonEvents.interaction(json.getBytes(UTF_8), DEFAULTS)
                .toOptional()
                .orElseThrow();
    }

    private static Feedback feedback(String json) {
        return JsonEvents.feedback(json.getBytes(UTF_8), DEFAULTS).toOptional().orElseThrow();
    }

    private static Rejection refusal(Outcome<?> outcome) {
        return ((Outcome.Refused<?>) outcome).rejection();
    }
}
