package io.mdpo.ops.imports.format;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** OpenAI's preference rows: {@code input.messages}, {@code preferred_output} and {@code non_preferred_output}. */
final class OpenAi implements RowFormat {
    @Override
    public String name() {
        return "openai";
    }

    @Override
    public boolean matches(ObjectNode row) {
        return Fields.has(row, "input", "preferred_output", "non_preferred_output");
    }

    @Override
    public List<Draft> read(ObjectNode row, Images images) {
        return List.of(Conversational.read(row, images));
    }
}
