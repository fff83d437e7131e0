package io.mdpo.ops.gateway;

import static io.mdpo.operator.SettingException.require;

import io.mdpo.ops.config.Secrets;
import io.mdpo.ops.gateway.form.QuestionSettings;
import io.mdpo.ops.gateway.form.StandardWebhook;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Argilla's webhook; it is there when it has a secret.
 *
 * @param secret what Argilla shows when the webhook is created
 * @param tolerance how far the time that a webhook is signed with may be from the present
 * @param interaction metadata property of a record that holds the interaction id, or {@code external_id}
 * @param questions what each question says of the answers: {@code questions { NAME { kind = thumb, ... } }}
 */
public record ArgillaConfig(
        Optional<String> secret, Duration tolerance, String interaction, Map<String, String> questions) {
    public ArgillaConfig {
        questions = Map.copyOf(questions);
        require(!tolerance.isNegative(), "tolerance", "is " + tolerance + ": it must be 0s or more");
        require(!interaction.isBlank(), "interaction", "is empty: name the property that holds the interaction id");
        QuestionSettings.check(questions);
        require(
                secret.isEmpty() || !questions.isEmpty(),
                "questions",
                "are missing: say what each question means, see the documentation of the configuration");
        for (var present : secret.stream().toList()) {
            var unused = new StandardWebhook(present, tolerance);
        }
    }

    public static ArgillaConfig defaults() {
        return new ArgillaConfig(Optional.empty(), Duration.ofMinutes(5), "interaction_id", Map.of());
    }

    @Override
    public String toString() {
        return "ArgillaConfig[secret=%s, interaction=%s, questions=%s]"
                .formatted(secret.map(present -> Secrets.MASK), interaction, questions);
    }
}
