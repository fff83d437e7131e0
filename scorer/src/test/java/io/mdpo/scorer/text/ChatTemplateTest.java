package io.mdpo.scorer.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.mdpo.schemas.Prompts;
import io.mdpo.schemas.avro.Message;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ChatTemplateTest {
    private static final List<Message> QUESTION = Prompts.user("What is this?");

    @Test
    void whiteSpaceWithinALineStaysAndThatOfBlockLinesGoes() {
        var template = template("""
                {% for message in messages %}
                  {% if message['role'] == 'user' %}
                USER: {% for part in message['content'] %}{{ part['text'] }}{% endfor %} END
                  {% endif %}
                {% endfor %}
                """);

        // As jinja2 3.1 with trim_blocks and lstrip_blocks renders it.
        assertThat(template.prompt(QUESTION)).isEqualTo("USER: What is this? END\n");
    }

    @Test
    void whatLooksLikeJinjaInATextIsNotRun() {
        var template = template("{% for message in messages %}{{ message['content'][0]['text'] }}{% endfor %}");

        assertThat(template.prompt(List.of(Prompts.message("assistant", "{{ 7 * 6 }} {% if x %} {# no #}"))))
                .isEqualTo("{{ 7 * 6 }} {% if x %} {# no #}");
    }

    @Test
    void generationBlocksRenderAsWhatTheyHold() {
        var template = template("{% generation %}{{ messages[0]['role'].upper() }}{% endgeneration %}");

        assertThat(template.prompt(QUESTION)).isEqualTo("USER");
    }

    @Test
    void aConversationThatTheTemplateRefusesIsRefusedWithItsSentence() {
        var template = template("{{ raise_exception('system turns are not supported') }}");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> template.prompt(QUESTION))
                .withMessageContaining("system turns are not supported");
    }

    @Test
    void theCompletionIsWhatFollowsThePrompt() {
        var template = template("{% for message in messages %}<{{ message['role'] }}>"
                + "{% for part in message['content'] %}{{ part['text'] }}{% endfor %}{{ eos_token }}{% endfor %}"
                + "{% if add_generation_prompt %}<assistant>{% endif %}");

        assertThat(template.prompt(QUESTION)).isEqualTo("<user>What is this?</s><assistant>");
        assertThat(template.completion(QUESTION, template.prompt(QUESTION), "A dog."))
                .isEqualTo("A dog.</s>");
    }

    private static ChatTemplate template(String source) {
        return new ChatTemplate(source, Map.of("bos_token", "<s>", "eos_token", "</s>"));
    }
}
