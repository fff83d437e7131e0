package io.mdpo.ops.imports.format;

import io.mdpo.schemas.Prompts;
import io.mdpo.schemas.avro.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Takes a prompt apart that is in Vicuna's template, which LLaVA-1.5 and Bunny share: a sentence of the system, turns of
 * {@code USER:} and {@code ASSISTANT:}, and an open turn of the assistant at the end. A model gets its own template when the pair
 * is learned; so the sentence that is only the template's own goes, and any other stays as the system's message.
 */
final class VicunaPrompt {
    private static final Set<String> TEMPLATE_SYSTEM = Set.of(
            "A chat between a curious user and an artificial intelligence assistant. The assistant gives helpful, detailed, "
                    + "and polite answers to the user's questions.",
            "A chat between a curious human and an artificial intelligence assistant. The assistant gives helpful, detailed, "
                    + "and polite answers to the human's questions.");

    /** What ends a turn of the assistant. */
    private static final String END = "</s>|<\\|endoftext\\|>";

    private static final Pattern TURN = Pattern.compile("(?:^|\\s|%s)(USER|ASSISTANT):".formatted(END));
    private static final Pattern CLOSED = Pattern.compile("(?:%s)\\s*$".formatted(END));

    private VicunaPrompt() {}

    static List<Message> parse(String prompt) {
        var turn = TURN.matcher(prompt);
        var messages = new ArrayList<Message>();
        var role = "system";
        int from = 0;
        while (turn.find()) {
            add(messages, role, prompt.substring(from, turn.start()));
            var next = turn.group(1).equals("USER") ? "user" : "assistant";
            if (next.equals(role) || (role.equals("system") && next.equals("assistant"))) {
                throw RefusedRowException.shape(
                        "the prompt has two turns of %s in a row, and in its template they alternate".formatted(next));
            }
            role = next;
            from = turn.end();
        }
        if (!role.equals("assistant") || !prompt.substring(from).isBlank()) {
            throw RefusedRowException.shape(
                    "the prompt does not end with ASSISTANT: as one in the template of LLaVA and Bunny does");
        }
        return messages;
    }

    private static void add(List<Message> messages, String role, String text) {
        var stripped = CLOSED.matcher(text).replaceFirst("").strip();
        boolean nothing = role.equals("system") && (stripped.isEmpty() || TEMPLATE_SYSTEM.contains(stripped));
        if (!nothing) {
            messages.add(Prompts.message(role, stripped));
        }
    }
}
