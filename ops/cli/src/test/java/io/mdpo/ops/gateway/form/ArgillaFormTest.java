package io.mdpo.ops.gateway.form;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mdpo.ingest.encoding.MisfitException;
import io.mdpo.schemas.avro.Edit;
import io.mdpo.schemas.avro.Feedback;
import io.mdpo.schemas.avro.Preferred;
import io.mdpo.schemas.avro.Rating;
import io.mdpo.schemas.avro.Retracted;
import io.mdpo.schemas.avro.Thumb;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArgillaFormTest {
    private static final String RESPONSE = "argilla/7b52bb32-22ec-47d3-8b60-5b0f9c5f0d11/";
    private static final String RATER = "argilla/c1a0c4d8-9d2e-4a07-8df3-5d7e0c0a7a55";
    private static final Map<String, String> QUESTIONS = Map.ofEntries(
            Map.entry("helpful.kind", "thumb"),
            Map.entry("helpful.answer", "a"),
            Map.entry("helpful.up", "yes"),
            Map.entry("helpful.down", "no"),
            Map.entry("helpful.ignored", "unsure"),
            Map.entry("quality.kind", "rating"),
            Map.entry("quality.answer", "a"),
            Map.entry("quality.lowest", "1"),
            Map.entry("quality.highest", "5"),
            Map.entry("better.kind", "preferred"),
            Map.entry("better.answers", "a,$answer_b"),
            Map.entry("better.labels", "response_a,response_b"),
            Map.entry("order.kind", "preferred"),
            Map.entry("order.answers", "a,$answer_b"),
            Map.entry("order.labels", "response_a,response_b"),
            Map.entry("correction.kind", "edit"),
            Map.entry("correction.answer", "$answer_b"));

    private final ArgillaForm form = new ArgillaForm(Forms.DOCUMENT, "interaction_id", QUESTIONS);

    @Test
    void everyQuestionThatIsConfiguredIsAFeedback() {
        var feedback = read();

        assertThat(feedback)
                .extracting(Feedback::getJudgement)
                .containsExactly(
                        new Preferred("answer-of-llava", "a"),
                        new Edit("answer-of-llava", "A red cat."),
                        new Thumb("a", true),
                        new Preferred("answer-of-llava", "a"),
                        new Rating("a", 4.0, 1.0, 5.0));
        assertThat(feedback).allSatisfy(each -> {
            assertThat(each.getInteractionId()).isEqualTo("i-1");
            assertThat(each.getRater()).isEqualTo(RATER);
            assertThat(each.getSource()).isEqualTo("argilla");
            assertThat(each.getCreatedAt()).isEqualTo(Instant.parse("2024-11-07T12:00:01.123Z"));
            assertThat(each.getFeedbackId()).startsWith(RESPONSE).endsWith("/2024-11-07T12:00:01.123456");
        });
        assertThat(feedback).extracting(Feedback::getFeedbackId).doesNotHaveDuplicates();
    }

    @Test
    void theSameWebhookSentAgainHasTheSameIds() {
        assertThat(read()).isEqualTo(read());
    }

    @Test
    void anUpdateHasNewIdsAndTakesBackWhatIsNoLongerAnswered() {
        var first = new HashSet<String>();
        read().forEach(each -> first.add(each.getFeedbackId()));

        var update = read(
                "response.created",
                "response.updated",
                "\"updated_at\": \"2024-11-07T12:00:01.123456\"",
                "\"updated_at\": \"2024-11-07T13:00:00.000001\"",
                "\"helpful\": {\"value\": \"yes\"},",
                "");

        assertThat(update).extracting(Feedback::getFeedbackId).doesNotContainAnyElementsOf(first);
        assertThat(update)
                .extracting(Feedback::getJudgement)
                .contains(new Rating("a", 4.0, 1.0, 5.0))
                .contains(new Retracted(RESPONSE + "helpful.end.0/2024-11-07T13:00:00.000001"));
        assertThat(standing(update)).noneMatch(Thumb.class::isInstance);
    }

    @Test
    void anUpdateTakesBackOnlyWhatIsNotSaidNow() {
        var three = new ArgillaForm(
                Forms.DOCUMENT,
                "interaction_id",
                Map.of(
                        "better.kind", "preferred",
                        "better.answers", "a,$answer_b,c",
                        "better.labels", "response_a,response_b,response_c",
                        "order.kind", "preferred",
                        "order.answers", "a,$answer_b",
                        "order.labels", "response_a,response_b"));

        var update = Forms.feedback(three.read(Forms.submission(Forms.file(
                "argilla.json",
                "response.created",
                "response.updated",
                "\"order\": {\"value\": [{\"value\": \"response_a\", \"rank\": 2}, {\"value\": \"response_b\", \"rank\": 1}]},",
                ""))));

        assertThat(standing(update))
                .containsExactly(new Preferred("answer-of-llava", "a"), new Preferred("answer-of-llava", "c"));
        assertThat(update)
                .hasSize(4)
                .filteredOn(each -> each.getJudgement() instanceof Retracted)
                .hasSize(1);
        assertThat(update).extracting(Feedback::getJudgement).contains(new Preferred("a", "c"));
    }

    @ParameterizedTest
    @CsvSource({
        "'\"response.created\"', '\"response.deleted\"'",
        "'\"status\": \"submitted\"', '\"status\": \"discarded\"'"
    })
    void aResponseThatIsDeletedOrDiscardedLeavesNothing(String from, String to) {
        var end = to.contains("deleted")
                ? read(from, to)
                : read("\"response.created\"", "\"response.updated\"", from, to);

        assertThat(end).isNotEmpty();
        assertThat(standing(end)).isEmpty();
    }

    /** What is left of a request when each retraction has taken its feedback. */
    private static List<Object> standing(List<Feedback> feedback) {
        var standing = new ArrayList<>(feedback);
        for (var each : feedback) {
            if (each.getJudgement() instanceof Retracted retracted) {
                assertThat(standing.removeIf(other -> other.getFeedbackId().equals(retracted.getFeedback())))
                        .isTrue();
                standing.remove(each);
            }
        }
        return standing.stream().map(Feedback::getJudgement).toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"status\": \"draft\"", "\"status\": \"discarded\""})
    void aNewResponseThatWasNotSubmittedSaysNothing(String status) {
        assertThat(read("\"status\": \"submitted\"", status)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"record.completed", "dataset.published", "something.new"})
    void otherEventsSayNothing(String type) {
        assertThat(read("response.created", type)).isEmpty();
    }

    @Test
    void aLabelThatIsToBeIgnoredIsNoFeedback() {
        assertThat(read("\"helpful\": {\"value\": \"yes\"}", "\"helpful\": {\"value\": \"unsure\"}"))
                .extracting(Feedback::getJudgement)
                .noneMatch(Thumb.class::isInstance);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"value": "yes"}            | {"value": "maybe"}  | $.data.values.helpful.value: expected yes or no, found the text 'maybe'
            {"value": 4}                | {"value": 6}        | $.data.values.quality.value: expected a number from 1.0 to 5.0
            {"value": "response_b"}     | {"value": "c"}      | $.data.values.better.value: expected one of response_a, response_b
            "interaction_id": "i-1"     | "other": "i-1"      | $.data.record.interaction_id is missing
            "answer_b": "answer-of-llava" | "b": "x"          | $.data.record.metadata.answer_b is missing
            "rank": 2                   | "rank": "best"      | $.data.values.order.value[0].rank: expected a number
            """)
    void whatCannotBeMappedIsNamedByItsPlace(String from, String to, String sentence) {
        assertThatThrownBy(() -> read(from, to))
                .isInstanceOf(MisfitException.class)
                .hasMessageStartingWith(sentence);
    }

    @Test
    void aResponseToOtherQuestionsAloneIsRefused() {
        var other = new ArgillaForm(Forms.DOCUMENT, "interaction_id", Map.of("x.kind", "edit", "x.answer", "a"));

        assertThatThrownBy(() -> other.read(Forms.submission(Forms.file("argilla.json"))))
                .hasMessageStartingWith("$.data: expected a reply to one of the questions that are configured, x");
    }

    private List<Feedback> read(String... replaced) {
        return Forms.feedback(form.read(Forms.submission(Forms.file("argilla.json", replaced))));
    }
}
