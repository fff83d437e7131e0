package io.mdpo.ops.imports.format;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * RLAIF-V-Dataset's rows: {@code image} (bytes and path), {@code question}, {@code chosen}, {@code rejected}. Where a row has no
 * {@code image}, as in the authors' training files, {@code image_path} names it.
 */
final class RlaifV implements RowFormat {
    @Override
    public String name() {
        return "rlaif-v";
    }

    @Override
    public boolean matches(ObjectNode row) {
        return Fields.has(row, "question", "chosen", "rejected");
    }

    @Override
    public List<Draft> read(ObjectNode row, Images images) {
        var image = Fields.find(row, "image").or(() -> Fields.find(row, "image_path"));
        var placed = Question.about(Fields.text(row, "question"), image.stream().toList());
        return List.of(new Draft(
                images.load(placed.images()),
                placed.prompt(),
                Fields.text(row, "chosen"),
                Fields.text(row, "rejected")));
    }
}
