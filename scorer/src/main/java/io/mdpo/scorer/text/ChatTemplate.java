package io.mdpo.scorer.text;

import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.interpret.TemplateError;
import com.hubspot.jinjava.lib.fn.ELFunctionDefinition;
import com.hubspot.jinjava.lib.tag.Tag;
import com.hubspot.jinjava.tree.Node;
import com.hubspot.jinjava.tree.TagNode;
import io.mdpo.schemas.Prompts;
import io.mdpo.schemas.avro.Message;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A model's Jinja chat template: a conversation as the text that the model was trained on. Thread-safe.
 */
public final class ChatTemplate {
    /** String methods of Python that templates call; Jinja has filters of the same names. */
    private static final Pattern STRING_METHOD = Pattern.compile("\\.(upper|lower|title|capitalize|strip)\\(\\)");

    private static final Map<String, String> FILTERS = Map.of("strip", "trim");

    private final Jinjava jinjava;
    private final String source;
    private final Map<String, String> tokens;

    /**
     * @param source Jinja text
     * @param tokens values of {@code bos_token} and {@code eos_token}
     */
    public ChatTemplate(String source, Map<String, String> tokens) {
        // Texts of users are values: what looks like Jinja in them is not run.
        jinjava = new Jinjava(JinjavaConfig.newBuilder()
                .withNestedInterpretationEnabled(false)
                .build());
        jinjava.getGlobalContext().registerTag(new GenerationTag());
        jinjava.getGlobalContext()
                .registerFunction(new ELFunctionDefinition(
                        "", "raise_exception", ChatTemplate.class, "raiseException", String.class));
        this.source = STRING_METHOD
                .matcher(trimmed(source))
                .replaceAll(match -> "|" + FILTERS.getOrDefault(match.group(1), match.group(1)));
        this.tokens = Map.copyOf(tokens);
    }

    /**
     * What Jinja's {@code trim_blocks} and {@code lstrip_blocks} do, with which transformers renders. Jinjava's own
     * settings of these names take white space away within a line too.
     */
    private static String trimmed(String source) {
        return source.replaceAll("(?m)^[ \\t]+(?=\\{[%#])", "").replaceAll("([%#]\\})\\n", "$1");
    }

    /** Called by templates that refuse a conversation. */
    public static String raiseException(String message) {
        throw new RefusedException(message);
    }

    /**
     * The conversation up to and including what opens an answer.
     *
     * @throws IllegalArgumentException the template cannot render these messages
     */
    public String prompt(List<Message> messages) {
        return render(messages, true);
    }

    /**
     * What follows the prompt when the answer is given: the answer, and what the template puts around it.
     *
     * @param prompt what {@link #prompt} made of the messages
     * @throws IllegalArgumentException the template does not write an answer behind its prompt
     */
    public String completion(List<Message> messages, String prompt, String answer) {
        var all = new ArrayList<>(messages);
        all.add(Prompts.message("assistant", answer));
        var whole = render(all, false);
        if (!whole.startsWith(prompt)) {
            throw new IllegalArgumentException(
                    "the chat template writes an answered conversation in another way than its prompt");
        }
        return whole.substring(prompt.length());
    }

    /** Templates read a message as transformers gives it to them: a role and a list of parts. */
    private String render(List<Message> messages, boolean openAnswer) {
        var rendered = messages.stream()
                .map(message -> Map.of(
                        "role",
                        message.getRole(),
                        "content",
                        message.getContent().stream()
                                .map(part -> Prompts.isText(part)
                                        ? Map.of("type", part.getType(), "text", part.getText())
                                        : Map.of("type", part.getType()))
                                .toList()))
                .toList();
        var bindings = new HashMap<String, Object>(tokens);
        bindings.put("messages", rendered);
        bindings.put("add_generation_prompt", openAnswer);
        var result = jinjava.renderForResult(source, bindings);
        if (result.hasErrors()) {
            throw new IllegalArgumentException("the chat template cannot be rendered: "
                    + reason(result.getErrors().get(0)));
        }
        return result.getOutput();
    }

    /** What a template raised is wrapped several times. */
    private static String reason(TemplateError error) {
        for (Throwable cause = error.getException(); cause != null; cause = cause.getCause()) {
            if (cause instanceof RefusedException) {
                return String.valueOf(cause.getMessage());
            }
        }
        return error.getMessage();
    }

    private static final class RefusedException extends RuntimeException {
        private static final long serialVersionUID = 1;

        RefusedException(String message) {
            super(message);
        }
    }

    /** {@code {% generation %}} marks what a model wrote, for training masks; it renders as what it holds. */
    private static final class GenerationTag implements Tag {
        private static final long serialVersionUID = 1;

        @Override
        public String getName() {
            return "generation";
        }

        @Override
        public String getEndTagName() {
            return "endgeneration";
        }

        @Override
        public String interpret(TagNode tag, JinjavaInterpreter interpreter) {
            var text = new StringBuilder();
            for (Node child : tag.getChildren()) {
                text.append(child.render(interpreter));
            }
            return text.toString();
        }
    }
}
