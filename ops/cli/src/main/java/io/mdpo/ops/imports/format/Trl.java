package io.mdpo.ops.imports.format;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * TRL's preference rows: {@code prompt}, {@code chosen} and {@code rejected}, conversations or texts, with {@code images} or
 * {@code image}. Without {@code prompt} it is what {@code chosen} and {@code rejected} begin with alike. Rows with
 * {@code completion} and {@code label} are single answers, good or bad.
 */
final class Trl implements RowFormat {
    @Override
    public String name() {
        return "trl";
    }

    @Override
    public boolean matches(ObjectNode row) {
        return Fields.has(row, "prompt", "completion", "label")
                || (Fields.has(row, "chosen", "rejected") && (Fields.has(row, "prompt") || isImplicit(row)));
    }

    @Override
    public List<Draft> read(ObjectNode row, Images images) {
        return List.of(Conversational.read(isImplicit(row) ? withPrompt(row) : row, images));
    }

    private static boolean isImplicit(ObjectNode row) {
        return !Fields.has(row, "prompt")
                && row.get("chosen") instanceof ArrayNode
                && row.get("rejected") instanceof ArrayNode;
    }

    private static ObjectNode withPrompt(ObjectNode row) {
        var chosen = Fields.list(row, "chosen");
        var rejected = Fields.list(row, "rejected");
        int same = 0;
        while (same < Math.min(chosen.size(), rejected.size())
                && chosen.get(same).equals(rejected.get(same))) {
            same++;
        }
        var explicit = row.objectNode();
        explicit.setAll(row);
        explicit.set("prompt", part(chosen, 0, same));
        explicit.set("chosen", part(chosen, same, chosen.size()));
        explicit.set("rejected", part(rejected, same, rejected.size()));
        return explicit;
    }

    private static ArrayNode part(ArrayNode messages, int from, int to) {
        var part = messages.arrayNode();
        for (int i = from; i < to; i++) {
            part.add(messages.get(i));
        }
        return part;
    }
}
