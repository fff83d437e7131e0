package io.mdpo.ops.imports.format;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** The images that a row lists beside its messages: none, a list of them, or one alone. */
final class ImageList {
    private ImageList() {}

    static List<JsonNode> of(JsonNode row, String field) {
        var images = new ArrayList<JsonNode>();
        Fields.find(row, field).ifPresent(value -> {
            if (value.isArray()) {
                value.forEach(images::add);
            } else {
                images.add(value);
            }
        });
        return images;
    }
}
