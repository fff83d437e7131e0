package io.mdpo.ops.gateway;

import static io.mdpo.operator.SettingException.require;

import io.mdpo.ops.gateway.form.QuestionSettings;
import java.util.Map;

/**
 * Label Studio's webhook; it is there when it has questions.
 *
 * @param interaction field of a task's data that holds the interaction id
 * @param questions what each control tag says of the answers: {@code questions { NAME { kind = thumb, ... } }}
 */
public record LabelStudioConfig(String interaction, Map<String, String> questions) {
    public LabelStudioConfig {
        questions = Map.copyOf(questions);
        require(!interaction.isBlank(), "interaction", "is empty: name the field that holds the interaction id");
        QuestionSettings.check(questions);
    }

    public static LabelStudioConfig defaults() {
        return new LabelStudioConfig("interaction_id", Map.of());
    }
}
