package io.mdpo.ops.imports.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.mdpo.schemas.Prompts;
import io.mdpo.schemas.avro.Message;
import io.mdpo.schemas.avro.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Messages as data sets write them: {@code role} and {@code content}, or {@code from} and {@code value}; the content a text or
 * a list of parts. An image part may bring its image along or stand for the next one of the row's own list.
 *
 * @param messages in the record's words
 * @param images what each image part brings along, in order; empty where it brings nothing
 */
record Chat(List<Message> messages, List<Optional<JsonNode>> images) {
    static Chat read(ArrayNode messages) {
        var read = new ArrayList<Message>();
        var images = new ArrayList<Optional<JsonNode>>();
        for (var message : messages) {
            read.add(new Message(role(message), parts(content(message), images)));
        }
        return new Chat(List.copyOf(read), List.copyOf(images));
    }

    /** The text of an answer: a text, a message, or a list with one message of the assistant. */
    static String answer(JsonNode answer, String name) {
        if (answer.isTextual()) {
            return answer.textValue();
        }
        if (answer instanceof ArrayNode list) {
            if (list.size() != 1) {
                throw RefusedRowException.shape(
                        "%s has %d messages, and a pair's answer is one".formatted(name, list.size()));
            }
            return answer(list.get(0), name);
        }
        if (!answer.isObject()) {
            throw RefusedRowException.shape("%s is %s and no answer".formatted(name, Fields.kind(answer)));
        }
        var role = role(answer);
        if (!role.equals("assistant")) {
            throw RefusedRowException.shape("%s is by %s and not by the assistant".formatted(name, role));
        }
        var images = new ArrayList<Optional<JsonNode>>();
        var parts = parts(content(answer), images);
        if (!images.isEmpty()) {
            throw RefusedRowException.shape("%s holds an image, and an answer is text".formatted(name));
        }
        return String.join("", parts.stream().map(Part::getText).toList());
    }

    static String role(JsonNode message) {
        var role = Fields.find(message, "role")
                .or(() -> Fields.find(message, "from"))
                .map(value -> Fields.asText(value, "the role of a message"))
                .orElseThrow(() -> RefusedRowException.shape("a message has no role"));
        return switch (role) {
            case "human" -> "user";
            case "gpt", "bot" -> "assistant";
            case "developer" -> "system";
            default -> role;
        };
    }

    static JsonNode content(JsonNode message) {
        return Fields.find(message, "content")
                .or(() -> Fields.find(message, "value"))
                .orElseThrow(() -> RefusedRowException.shape("a message has no content"));
    }

    private static List<Part> parts(JsonNode content, List<Optional<JsonNode>> images) {
        if (content.isTextual()) {
            return List.of(Prompts.text(content.textValue()));
        }
        if (!content.isArray()) {
            throw RefusedRowException.shape(
                    "the content of a message is %s, and neither text nor parts".formatted(Fields.kind(content)));
        }
        var parts = new ArrayList<Part>();
        for (var part : content) {
            var type = Fields.text(part, "type");
            switch (type) {
                case "text", "input_text", "output_text" -> parts.add(Prompts.text(Fields.text(part, "text")));
                case "image", "image_url", "input_image" -> {
                    parts.add(Prompts.image());
                    images.add(Fields.find(part, "image")
                            .or(() -> Fields.find(part, "image_url"))
                            .or(() -> Fields.find(part, "url")));
                }
                default ->
                    throw RefusedRowException.shape(
                            "a message has a part of the type %s, and only text and images are learned from"
                                    .formatted(type));
            }
        }
        return List.copyOf(parts);
    }
}
