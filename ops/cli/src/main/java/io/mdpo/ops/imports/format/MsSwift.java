package io.mdpo.ops.imports.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mdpo.ops.imports.format.ImagePlacement.Rest;
import io.mdpo.schemas.RejectionReason;
import java.util.ArrayList;
import java.util.List;

/**
 * ms-swift's rows for alignment: {@code messages}, whose last is the chosen answer, {@code images}, and
 * {@code rejected_response} or {@code rejected_messages}. Images without a place stand before the first message.
 *
 * <p>Where {@code rejected_images} differ from the images, they are the pair's corrupted images: the chosen answer is preferred
 * under the images. A row in which nothing but the images differs prefers no answer over another, and is refused.
 */
final class MsSwift implements RowFormat {
    @Override
    public String name() {
        return "ms-swift";
    }

    @Override
    public boolean matches(ObjectNode row) {
        return Fields.has(row, "messages")
                && (Fields.has(row, "rejected_response")
                        || Fields.has(row, "rejected_messages")
                        || Fields.has(row, "rejected_images"));
    }

    @Override
    public List<Draft> read(ObjectNode row, Images images) {
        var messages = Fields.list(row, "messages");
        var prompt = withoutAnswer(messages, "messages");
        var chosen = Chat.answer(messages.get(messages.size() - 1), "the last of messages");
        var rejected = rejected(row, prompt, chosen);
        var listed = ImageList.of(row, "images");
        var corrupted = ImageList.of(row, "rejected_images");
        var placed = ImagePlacement.of(Chat.read(prompt), listed, Rest.IN_FRONT);
        return List.of(new Draft(
                images.load(placed.images()),
                placed.prompt(),
                chosen,
                rejected,
                corrupted.equals(listed) ? List.of() : images.loadBytes(corrupted)));
    }

    private static String rejected(JsonNode row, ArrayNode prompt, String chosen) {
        String rejected = chosen;
        if (Fields.has(row, "rejected_response")) {
            rejected = Chat.answer(Fields.require(row, "rejected_response"), "the field rejected_response");
        } else if (Fields.has(row, "rejected_messages")) {
            var messages = Fields.list(row, "rejected_messages");
            if (!withoutAnswer(messages, "rejected_messages").equals(prompt)) {
                throw RefusedRowException.shape(
                        "messages and rejected_messages differ before their last answer, and a pair's"
                                + " answers follow one prompt");
            }
            rejected = Chat.answer(messages.get(messages.size() - 1), "the last of rejected_messages");
        } else if (!Fields.has(row, "rejected_images")) {
            throw RefusedRowException.shape("the row has neither rejected_response nor rejected_messages");
        }
        if (rejected.equals(chosen) && Fields.has(row, "rejected_images")) {
            throw new RefusedRowException(
                    RejectionReason.CHOSEN_EQUALS_REJECTED,
                    "only rejected_images differ: the row prefers an image and no answer, and a pair needs a rejected answer;"
                            + " add a rejected_response");
        }
        return rejected;
    }

    private static ArrayNode withoutAnswer(ArrayNode messages, String field) {
        if (messages.size() < 2 || !Chat.role(messages.get(messages.size() - 1)).equals("assistant")) {
            throw RefusedRowException.shape("%s does not end with an answer of the assistant".formatted(field));
        }
        var prompt = messages.arrayNode();
        var kept = new ArrayList<JsonNode>();
        messages.forEach(kept::add);
        return prompt.addAll(kept.subList(0, kept.size() - 1));
    }
}
