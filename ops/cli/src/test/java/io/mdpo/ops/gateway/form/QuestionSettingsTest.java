package io.mdpo.ops.gateway.form;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mdpo.operator.SettingException;
import io.mdpo.ops.gateway.form.Question.PreferredQuestion;
import io.mdpo.ops.gateway.form.Question.ThumbQuestion;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuestionSettingsTest {
    @Test
    void questionsAreReadByName() {
        assertThat(QuestionSettings.of(Map.of(
                        "is it. helpful.kind", "thumb",
                        "is it. helpful.answer", "a",
                        "is it. helpful.up", "yes",
                        "is it. helpful.down", "no",
                        "better.kind", "preferred",
                        "better.answers", "a, b",
                        "better.ignored", "tie")))
                .isEqualTo(Map.of(
                        "is it. helpful", new ThumbQuestion("a", "yes", "no", List.of()),
                        "better", new PreferredQuestion(List.of("a", "b"), List.of("a", "b"), List.of("tie"))));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            helpful=thumb                                        | questions.helpful is no setting of a question
            x.kind=star                                          | questions.x.kind is 'star': use thumb, rating, edit or preferred
            x.answer=a                                           | questions.x.kind is missing
            x.kind=thumb;x.answer=a;x.up=yes                     | questions.x.down is missing
            x.kind=edit;x.answer=a;x.up=yes                      | questions.x.up is no setting of a question of kind edit, which has answer
            x.kind=rating;x.answer=a;x.lowest=5;x.highest=1      | questions.x.highest is 1.0: it has to be above lowest
            x.kind=rating;x.answer=a;x.lowest=low;x.highest=1    | questions.x.lowest is 'low': it has to be a number
            x.kind=preferred;x.answers=a                         | questions.x.answers has 1 answers and 1 labels
            x.kind=preferred;x.answers=a,b;x.labels=l            | questions.x.answers has 2 answers and 1 labels
            """)
    void whatIsWrongWithAQuestionIsSaidWithItsKey(String settings, String message) {
        var map = Arrays.stream(settings.split(";", -1))
                .map(setting -> setting.split("=", 2))
                .collect(Collectors.toMap(setting -> setting[0], setting -> setting[1]));

        assertThatThrownBy(() -> QuestionSettings.check(map))
                .isInstanceOf(SettingException.class)
                .hasMessageStartingWith(message);
    }
}
