package io.mdpo.ops.imports.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mdpo.ops.imports.format.ImagePlacement.Rest;
import io.mdpo.schemas.Prompts;
import io.mdpo.schemas.avro.Message;
import java.util.ArrayList;
import java.util.List;

/**
 * LLaMA-Factory's rows with {@code "ranking": true}, by their default column names: {@code conversations} with {@code chosen} and
 * {@code rejected} messages, or {@code instruction}, {@code input} and {@code history} with texts. {@code system} and
 * {@code images} stand beside. As there, each image has its {@code <image>}; unlike there, a row without any is taken, too.
 */
final class LlamaFactory implements RowFormat {
    @Override
    public String name() {
        return "llama-factory";
    }

    @Override
    public boolean matches(ObjectNode row) {
        return Fields.has(row, "chosen", "rejected")
                && (Fields.has(row, "conversations") || Fields.has(row, "instruction"));
    }

    @Override
    public List<Draft> read(ObjectNode row, Images images) {
        var chat = Fields.has(row, "conversations") ? Chat.read(Fields.list(row, "conversations")) : instruction(row);
        var messages = new ArrayList<Message>();
        Fields.optionalText(row, "system")
                .filter(text -> !text.isBlank())
                .ifPresent(text -> messages.add(Prompts.message("system", text)));
        messages.addAll(chat.messages());
        var placed = ImagePlacement.of(new Chat(messages, chat.images()), ImageList.of(row, "images"), Rest.REFUSED);
        return List.of(new Draft(
                images.load(placed.images()),
                placed.prompt(),
                Chat.answer(Fields.require(row, "chosen"), "the field chosen"),
                Chat.answer(Fields.require(row, "rejected"), "the field rejected")));
    }

    private static Chat instruction(JsonNode row) {
        var messages = new ArrayList<Message>();
        if (Fields.has(row, "history")) {
            for (var turn : Fields.list(row, "history")) {
                if (!turn.isArray() || turn.size() != 2) {
                    throw RefusedRowException.shape("a turn of history is not a prompt and an answer");
                }
                messages.add(Prompts.message("user", Fields.asText(turn.get(0), "a prompt of history")));
                messages.add(Prompts.message("assistant", Fields.asText(turn.get(1), "an answer of history")));
            }
        }
        var instruction = Fields.text(row, "instruction");
        var question = Fields.optionalText(row, "input")
                .filter(input -> !input.isEmpty())
                .map(input -> instruction.isEmpty() ? input : instruction + "\n" + input)
                .orElse(instruction);
        messages.add(Prompts.message("user", question));
        return new Chat(messages, List.of());
    }
}
