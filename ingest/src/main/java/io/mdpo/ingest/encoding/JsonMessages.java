package io.mdpo.ingest.encoding;

import io.mdpo.schemas.Prompts;
import io.mdpo.schemas.RejectionReason;
import io.mdpo.schemas.avro.Message;
import io.mdpo.schemas.avro.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Reads prompts and answers of a JSON record, as TRL and OpenAI write them: a text, or messages whose content is a text or a
 * list of parts. What a message may not be beside its shape, such as its role, is judged later, of every encoding alike.
 */
final class JsonMessages {
    private static final Set<String> TEXTS = Set.of("text", "input_text", "output_text");
    private static final Set<String> IMAGES = Set.of("image", "image_url", "input_image");
    private static final String TYPES = "the type text, image, image_url, input_text, input_image or output_text";
    private static final String MESSAGES = "a text or a list of messages {\"role\": .., \"content\": ..}";
    private static final String CONTENT = "a text or a list of parts {\"type\": .., ..}";

    private final Function<JsonPlace, Object> reader;

    /** The images that stood in parts, in order. */
    private final List<Object> images = new ArrayList<>();

    /** Image parts that name no image: theirs are in the record's own list. */
    private int bare;

    /** @param reader makes an image of what names it */
    JsonMessages(Function<JsonPlace, Object> reader) {
        this.reader = reader;
    }

    List<Object> images() {
        return List.copyOf(images);
    }

    /** A prompt that is one text is the user's. */
    List<Message> prompt(JsonPlace prompt) {
        return prompt.isText()
                ? Prompts.user(prompt.text(MESSAGES))
                : prompt.list(MESSAGES).stream().map(this::message).toList();
    }

    /** Whether some image parts name their image, and others none. */
    boolean isMixed() {
        return bare > 0 && !images.isEmpty();
    }

    private Message message(JsonPlace message) {
        message.object("a message {\"role\": .., \"content\": ..}");
        refuseTools(message);
        var role = message.get("role", "a role").text("a role");
        var content = message.get("content", CONTENT);
        var parts = content.isText()
                ? List.of(Prompts.text(content.text(CONTENT)))
                : content.list(CONTENT).stream().map(this::part).toList();
        // What OpenAI calls a developer's message was called the system's before.
        return new Message(role.equals("developer") ? "system" : role, parts);
    }

    private Part part(JsonPlace part) {
        part.object("a part {\"type\": .., ..}");
        var type = part.get("type", TYPES);
        var name = type.text(TYPES);
        if (TEXTS.contains(name)) {
            return Prompts.text(part.get("text", "a text").text("a text"));
        }
        if (!IMAGES.contains(name)) {
            throw type.misfit(RejectionReason.INVALID_PART, TYPES);
        }
        image(part).ifPresentOrElse(image -> images.add(reader.apply(image)), () -> bare++);
        return Prompts.image();
    }

    private static Optional<JsonPlace> image(JsonPlace part) {
        return part.find("image").or(() -> part.find("image_url")).or(() -> part.find("url"));
    }

    /** An answer: a text, or one message of the assistant with texts alone. */
    static String answer(JsonPlace answer) {
        var expected = "a text or a list of one message of the assistant";
        if (answer.isText()) {
            return answer.text(expected);
        }
        var messages = answer.list(expected);
        answer.require(messages.size() == 1, expected);
        var read = new JsonMessages(JsonImages::read);
        var message = read.message(messages.get(0));
        if (!message.getRole().equals("assistant")) {
            throw messages.get(0).get("role", "a role").misfit(RejectionReason.INVALID_ROLE, "the role assistant");
        }
        if (!message.getContent().stream().allMatch(Prompts::isText)) {
            throw messages.get(0)
                    .get("content", CONTENT)
                    .misfit(RejectionReason.INVALID_PART, "texts alone, an answer has no images");
        }
        return message.getContent().stream().map(Part::getText).collect(Collectors.joining());
    }

    /** Pairs about calls of tools are not learned; to leave the calls out would change what the answers say. */
    static void refuseTools(JsonPlace place) {
        for (var field : List.of("tools", "tool_calls", "function_call")) {
            place.find(field)
                    .filter(tools -> !tools.node().isEmpty() || !tools.isList())
                    .ifPresent(tools -> {
                        throw tools.misfit(RejectionReason.INVALID_PART, "no calls of tools");
                    });
        }
    }
}
