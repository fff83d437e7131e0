package io.mdpo.ops.gateway.form;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.mdpo.schemas.Prompts;
import io.mdpo.schemas.avro.Answer;
import io.mdpo.schemas.avro.Feedback;
import io.mdpo.schemas.avro.Interaction;
import io.mdpo.schemas.avro.Message;
import io.mdpo.schemas.avro.Preferred;
import io.mdpo.schemas.avro.Retracted;
import io.mdpo.schemas.avro.Thumb;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OpenWebUiFormTest {
    private static final String RECORD = "open-webui/f0000000-0000-4000-8000-000000000001";
    private static final Instant UPDATED = Instant.ofEpochSecond(1_727_700_030);

    private final OpenWebUiForm form = new OpenWebUiForm(Forms.DOCUMENT, new ImageLimit(3));

    @Test
    void aRecordHoldsTheInteractionAndThePreferenceOverTheModelBesideIt() {
        var reading = read();

        assertThat(reading.refused()).isEmpty();
        assertThat(Forms.interactions(reading))
                .containsExactly(new Interaction(
                        RECORD,
                        "c0000000-0000-4000-8000-000000000001",
                        List.of(ByteBuffer.wrap(new byte[] {1, 2, 3})),
                        List.of(
                                Prompts.message("user", "Hello"),
                                Prompts.message("assistant", "Good day."),
                                new Message("user", List.of(Prompts.image(), Prompts.text("What is this?")))),
                        List.of(
                                new Answer("m3", "A cat.", "llava", ""),
                                new Answer("m4", "A dog.", "qwen", ""),
                                new Answer("m5", "A fox.", "other", "")),
                        "shop",
                        UPDATED));
        assertThat(Forms.feedback(reading))
                .containsExactly(new Feedback(
                        RECORD + "/rating.0/1727700030",
                        RECORD,
                        "open-webui/u0000000-0000-4000-8000-000000000001",
                        new Preferred("m3", "m4"),
                        "shop",
                        UPDATED));
    }

    @ParameterizedTest
    @CsvSource({
        "'\"rating\": 1,', '\"rating\": -1,', m4, m3",
        "'\"rating\": 1,', '\"rating\": \"1\",', m3, m4",
    })
    void theRatingSaysWhoWins(String from, String to, String chosen, String rejected) {
        assertThat(Forms.feedback(read(from, to)))
                .extracting(Feedback::getJudgement)
                .containsExactly(new Preferred(chosen, rejected));
    }

    @Test
    void withoutARivalTheRatingIsAThumb() {
        assertThat(Forms.feedback(read("[\"qwen\"]", "null", "\"rating\": 1,", "\"rating\": -1,")))
                .extracting(Feedback::getJudgement)
                .containsExactly(new Thumb("m3", false));
    }

    @Test
    void anUpdatedRecordHasANewFeedbackAboutTheSameInteraction() {
        var update =
                read("\"updated_at\": 1727700030", "\"updated_at\": 1727700099", "\"rating\": 1,", "\"rating\": -1,");

        assertThat(Forms.feedback(update))
                .extracting(Feedback::getFeedbackId, Feedback::getInteractionId)
                .containsExactly(tuple(RECORD + "/rating.0/1727700099", RECORD));
    }

    @Test
    void whatTheLaterExportLacksIsTakenBack() {
        var reading =
                form.read(Forms.submission("{\"before\": %s, \"after\": []}".formatted(Forms.file("open-webui.json"))));

        var feedback = Forms.feedback(reading);
        assertThat(feedback).hasSize(2);
        assertThat(feedback.get(0).getJudgement()).isEqualTo(new Preferred("m3", "m4"));
        assertThat(feedback.get(1).getJudgement())
                .isEqualTo(new Retracted(feedback.get(0).getFeedbackId()));
        assertThat(Forms.feedback(read()))
                .extracting(Feedback::getFeedbackId)
                .doesNotContain(feedback.get(0).getFeedbackId());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "message_id": "m3"   | "message_id": "gone"  | messages.gone is missing
            "rating": 1,         | "rating": 0,          | $[0].data.rating: expected 1 or -1
            "parentId": null     | "parentId": "q"       | expected a message that is not its own ancestor
            "data:image/png;base64,AQID" | "data:image/png;base64,AQIDBA==" | $[0]: expected images of at most 3 bytes
            "data:image/png;base64,AQID" | "/api/v1/files/1/content" | expected a data URL
            """)
    void aRecordThatCannotBeMappedIsNamedAndTheRestIsTaken(String from, String to, String sentence) {
        var broken = Forms.file("open-webui.json", from, to).strip();
        var both = broken.substring(0, broken.length() - 1) + ","
                + Forms.file("open-webui.json", "f0000000", "f1111111").strip().substring(1);

        var reading = form.read(Forms.submission(both));

        assertThat(reading.refused()).singleElement().satisfies(refusal -> {
            assertThat(refusal.path()).isEqualTo("$[0]");
            assertThat(refusal.reason()).contains(sentence);
        });
        assertThat(Forms.interactions(reading)).hasSize(1);
        assertThat(Forms.feedback(reading)).hasSize(1);
    }

    private Reading read(String... replaced) {
        return form.read(Forms.submission(Forms.file("open-webui.json", replaced)));
    }
}
