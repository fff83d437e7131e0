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
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LabelStudioFormTest {
    private static final Map<String, String> QUESTIONS = Map.ofEntries(
            Map.entry("better.kind", "preferred"),
            Map.entry("better.answers", "$left_id,right"),
            Map.entry("better.labels", "left,right"),
            Map.entry("helpful.kind", "thumb"),
            Map.entry("helpful.answer", "$left_id"),
            Map.entry("helpful.up", "yes"),
            Map.entry("helpful.down", "no"),
            Map.entry("quality.kind", "rating"),
            Map.entry("quality.answer", "right"),
            Map.entry("quality.lowest", "1"),
            Map.entry("quality.highest", "5"),
            Map.entry("correction.kind", "edit"),
            Map.entry("correction.answer", "$left_id"));

    private final LabelStudioForm form = new LabelStudioForm(Forms.DOCUMENT, "interaction_id", QUESTIONS);

    @Test
    void everyControlTagThatIsConfiguredIsAFeedback() {
        var feedback = read();

        assertThat(feedback)
                .extracting(Feedback::getJudgement)
                .containsExactly(
                        new Preferred("answer-of-llava", "right"),
                        new Edit("answer-of-llava", "A red cat."),
                        new Thumb("answer-of-llava", false),
                        new Rating("right", 5.0, 1.0, 5.0));
        assertThat(feedback).allSatisfy(each -> {
            assertThat(each.getInteractionId()).isEqualTo("i-1");
            assertThat(each.getRater()).isEqualTo("label-studio/1");
            assertThat(each.getSource()).isEqualTo("shop");
            assertThat(each.getCreatedAt()).isEqualTo(Instant.parse("2021-10-06T21:48:08.149Z"));
            assertThat(each.getFeedbackId()).startsWith("label-studio/335/");
        });
    }

    @Test
    void aUserMayBeANumber() {
        assertThat(read(
                        "{\"id\": 1, \"email\": \"annotator@example.com\", \"first_name\": \"\", \"last_name\": \"\"}",
                        "1"))
                .isEqualTo(read());
    }

    @Test
    void anAnnotationThatIsCancelledLaterIsTakenBack() {
        var cancelled = read("ANNOTATION_CREATED", "ANNOTATION_UPDATED", "false,\n    \"ground", "true,\n    \"ground");

        assertThat(cancelled)
                .extracting(Feedback::getJudgement)
                .filteredOn(Retracted.class::isInstance)
                .hasSize(4)
                .hasSize(cancelled.size() / 2);
    }

    @Test
    void oneThatIsCancelledAtOnceOrAnotherActionSaysNothing() {
        assertThat(read("false,\n    \"ground", "true,\n    \"ground")).isEmpty();
        assertThat(read("ANNOTATION_CREATED", "TASKS_CREATED")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ANNOTATION_CREATED          | ANNOTATIONS_DELETED | $.action: expected an event that names the task
            "selected": "left"          | "selected": "both"  | $.annotation.result[0].value.selected: expected one of left, right
            "choices": ["no"]           | "choices": []       | $.annotation.result[1].value.choices: expected one reply
            "interaction_id"            | "other_id"          | $.task.data.interaction_id is missing
            "left_id"                   | "other_id"          | $.task.data.left_id is missing
            """)
    void whatCannotBeMappedIsNamedByItsPlace(String from, String to, String sentence) {
        assertThatThrownBy(() -> read(from, to))
                .isInstanceOf(MisfitException.class)
                .hasMessageStartingWith(sentence);
    }

    private List<Feedback> read(String... replaced) {
        return Forms.feedback(form.read(Forms.submission(Forms.file("label-studio.json", replaced))));
    }
}
