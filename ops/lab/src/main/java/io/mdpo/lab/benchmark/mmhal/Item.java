package io.mdpo.lab.benchmark.mmhal;

import com.fasterxml.jackson.databind.JsonNode;
import io.mdpo.lab.benchmark.JsonRecord;
import java.util.List;
import java.util.Optional;

/**
 * A question with what people know about its image.
 *
 * @param contents objects in the image
 * @param reference an answer that a person gave
 * @param json the record as it stands in the file
 */
record Item(String imageId, String type, List<String> contents, String question, String reference, JsonNode json) {
    Item {
        contents = List.copyOf(contents);
    }

    static Optional<Item> of(JsonRecord record) {
        var id = record.text("image_id");
        var type = record.text("question_type");
        var contents = record.texts("image_content");
        var question = record.text("question");
        var reference = record.text("gt_answer");
        return id.isPresent()
                        && type.isPresent()
                        && contents.isPresent()
                        && question.isPresent()
                        && reference.isPresent()
                ? Optional.of(
                        new Item(id.get(), type.get(), contents.get(), question.get(), reference.get(), record.json()))
                : Optional.empty();
    }
}
