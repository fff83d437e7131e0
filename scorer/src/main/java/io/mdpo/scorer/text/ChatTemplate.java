package io.mdpo.scorer.text;

import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.interpret.TemplateError;
import com.hubspot.jinjava.lib.fn.ELFunctionDefinition;
import com.hubspot.jinjava.lib.tag.Tag;
import com.hubspot.jinjava.tree.Node;
import com.hubspot.jinjava.tree.TagNode;
import io.mdpo.schemas.avro.Turn;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A model's Jinja chat template: a conversation as the text that the model was trained on. The image stands in the first
 * user turn, before its text. Thread-safe.
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
     * @throws IllegalArgumentException the template cannot render these turns
     */
    public String prompt(List<Turn> turns) {
        return render(turns, true);
    }

    /**
     * What follows {@link #prompt} when the answer is given: the answer, and what the template puts around it.
     *
     * @throws IllegalArgumentException the template does not write an answer behind its prompt
     */
    public String completion(List<Turn> turns, String answer) {
        var all = new ArrayList<>(turns);
        all.add(new Turn("assistant", answer));
        var prompt = prompt(turns);
        var whole = render(all, false);
        if (!whole.startsWith(prompt)) {
            throw new IllegalArgumentException(
                    "the chat template writes an answered conversation in another way than its prompt");
        }
        return whole.substring(prompt.length());
    }

    private String render(List<Turn> turns, boolean openAnswer) {
        var messages = new ArrayList<Map<String, Object>>();
        boolean imagePlaced = false;
        for (var turn : turns) {
            var content = new ArrayList<Map<String, String>>();
            if (turn.getRole().equals("user") && !imagePlaced) {
                content.add(Map.of("type", "image"));
                imagePlaced = true;
            }
            content.add(Map.of("type", "text", "text", turn.getText()));
            messages.add(Map.of("role", turn.getRole(), "content", content));
        }
        var bindings = new HashMap<String, Object>(tokens);
        bindings.put("messages", messages);
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
