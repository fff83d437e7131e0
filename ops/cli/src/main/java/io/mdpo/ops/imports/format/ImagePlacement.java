package io.mdpo.ops.imports.format;

import com.fasterxml.jackson.databind.JsonNode;
import io.mdpo.schemas.Prompts;
import io.mdpo.schemas.RejectionReason;
import io.mdpo.schemas.avro.Message;
import io.mdpo.schemas.avro.Part;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A prompt with an image part for every image. Data sets say where an image stands by a part, or by {@code <image>} in a text of
 * the user, which goes with the line feed behind it; a row that says nothing has its images before its first message that is
 * not the system's.
 *
 * @param prompt with the parts in place
 * @param images as the row names them, in the order of the parts
 */
record ImagePlacement(List<Message> prompt, List<JsonNode> images) {
    private static final String PLACEHOLDER = "<image>";

    /** What becomes of images that no placeholder stands for, where there are placeholders for others. */
    enum Rest {
        REFUSED,
        IN_FRONT
    }

    /** @param beside images that the row lists beside the messages */
    static ImagePlacement of(Chat chat, List<JsonNode> beside, Rest rest) {
        if (!chat.images().isEmpty()) {
            return intoParts(chat, beside);
        }
        return new ImagePlacement(ofTexts(chat.messages(), beside.size(), rest), beside);
    }

    /** The prompt with places for so many images, where none of its parts is one. */
    static List<Message> ofTexts(List<Message> messages, int images, Rest rest) {
        int places = messages.stream()
                .filter(ImagePlacement::isUsers)
                .mapToInt(message -> places(message.getContent()))
                .sum();
        int missing = images - places;
        if (missing < 0 || (missing > 0 && places > 0 && rest == Rest.REFUSED)) {
            throw mismatch(places, images);
        }
        var prompt = new ArrayList<Message>();
        for (var message : messages) {
            prompt.add(isUsers(message) ? new Message("user", split(message.getContent())) : message);
        }
        return missing == 0 ? prompt : inFront(prompt, missing);
    }

    private static ImagePlacement intoParts(Chat chat, List<JsonNode> beside) {
        long open = chat.images().stream().filter(java.util.Optional::isEmpty).count();
        if (open != beside.size()) {
            throw mismatch((int) open, beside.size());
        }
        var next = beside.iterator();
        var images =
                chat.images().stream().map(image -> image.orElseGet(next::next)).toList();
        return new ImagePlacement(chat.messages(), images);
    }

    private static RefusedRowException mismatch(int places, int images) {
        return new RefusedRowException(
                RejectionReason.IMAGE_COUNT_MISMATCH,
                "the messages have places for %d images, and the row has %d".formatted(places, images));
    }

    private static boolean isUsers(Message message) {
        return message.getRole().equals("user");
    }

    private static int places(List<Part> parts) {
        return parts.stream()
                .mapToInt(part -> part.getText().split(PLACEHOLDER, -1).length - 1)
                .sum();
    }

    private static List<Part> split(List<Part> parts) {
        var split = new ArrayList<Part>();
        for (var part : parts) {
            var texts = part.getText().split(PLACEHOLDER, -1);
            for (int i = 0; i < texts.length; i++) {
                if (i > 0) {
                    split.add(Prompts.image());
                }
                var text = i > 0 && texts[i].startsWith("\n") ? texts[i].substring(1) : texts[i];
                if (!text.isEmpty()) {
                    split.add(Prompts.text(text));
                }
            }
        }
        return split;
    }

    private static List<Message> inFront(List<Message> prompt, int images) {
        var placed = new ArrayList<>(prompt);
        for (int i = 0; i < placed.size(); i++) {
            var message = placed.get(i);
            if (!message.getRole().equals("system")) {
                var parts = new ArrayList<Part>(Collections.nCopies(images, Prompts.image()));
                parts.addAll(message.getContent());
                placed.set(i, new Message(message.getRole(), parts));
                return placed;
            }
        }
        throw RefusedRowException.shape("the row has images and no message to show them in");
    }
}
