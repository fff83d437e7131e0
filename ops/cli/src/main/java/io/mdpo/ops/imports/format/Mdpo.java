package io.mdpo.ops.imports.format;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mdpo.ops.imports.format.ImagePlacement.Rest;
import java.util.List;

/** mDPO's rows: {@code img_path}, {@code prompt} in the template of the models it trained, {@code chosen}, {@code rejected}. */
final class Mdpo implements RowFormat {
    @Override
    public String name() {
        return "mdpo";
    }

    @Override
    public boolean matches(ObjectNode row) {
        return Fields.has(row, "img_path", "prompt", "chosen", "rejected");
    }

    @Override
    public List<Draft> read(ObjectNode row, Images images) {
        var chat = new Chat(VicunaPrompt.parse(Fields.text(row, "prompt")), List.of());
        var placed = ImagePlacement.of(chat, List.of(Fields.require(row, "img_path")), Rest.REFUSED);
        return List.of(new Draft(
                images.load(placed.images()),
                placed.prompt(),
                Fields.text(row, "chosen"),
                Fields.text(row, "rejected")));
    }
}
