package io.mdpo.ops.gateway.form;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.mdpo.ingest.encoding.JsonPlace;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The chat that a feedback record of Open WebUI holds a snapshot of: a tree of messages by their ids, with {@code parentId} and
 * {@code childrenIds}. The message that was rated is an answer to its parent, and so are the parent's other children.
 */
final class OpenWebUiChat {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final JsonPlace chat;
    private final JsonPlace messages;
    private final JsonPlace rated;
    private final JsonPlace question;

    /** Finds the rated message and the question that it answers. */
    OpenWebUiChat(JsonPlace record) {
        chat = record.get("snapshot", "a snapshot")
                .object("a snapshot")
                .get("chat", "a chat")
                .object("a chat");
        messages = chat.get("chat", "the chat's content")
                .object("the chat's content")
                .get("history", "a history")
                .object("a history")
                .get("messages", "messages by id")
                .object("messages by id");
        rated = message(record.get("meta", "where the rating belongs")
                .object("where the rating belongs")
                .get("message_id", "a message's id"));
        rated.require(isAnswer(rated), "a message of the assistant");
        question = message(rated.get("parentId", "the message that it answers"));
    }

    String id() {
        return chat.get("id", "an id").id();
    }

    String messageId() {
        return rated.get("id", "an id").id();
    }

    /** The messages from the first to the question, in the form of the gateway's own interactions. */
    ArrayNode prompt() {
        var path = new ArrayDeque<JsonPlace>();
        var seen = new HashSet<String>();
        for (var at = question; ; at = message(at.get("parentId", "a message's id"))) {
            at.require(seen.add(at.path()), "a message that is not its own ancestor");
            path.addFirst(at);
            if (!at.has("parentId")) {
                break;
            }
        }
        var prompt = NODES.arrayNode();
        path.forEach(message -> addMessage(message, prompt));
        return prompt;
    }

    private static void addMessage(JsonPlace message, ArrayNode prompt) {
        var added = prompt.addObject();
        added.put("role", message.get("role", "a role").text("a role"));
        var content = added.putArray("content");
        message.find("files").ifPresent(files -> files.list("files").stream()
                .filter(file -> file.object("a file").find("type").stream()
                        .anyMatch(type -> type.isText() && type.text("a type").equals("image")))
                .forEach(file -> content.addObject()
                        .put("type", "image")
                        .put("image", file.get("url", "a data URL").text("a data URL"))));
        content.addObject().put("type", "text").put("text", text(message));
    }

    /** The rated message and its siblings, in the form of the gateway's own interactions. */
    ArrayNode answers() {
        var answers = NODES.arrayNode();
        for (var message : answersToTheQuestion()) {
            answers.addObject()
                    .put("id", message.get("id", "an id").id())
                    .put("text", text(message))
                    .put("base", model(message));
        }
        return answers;
    }

    /** Ids of the answers beside the rated one that these models gave. */
    List<String> siblings(Set<String> models) {
        return answersToTheQuestion().stream()
                .filter(message -> models.contains(model(message)))
                .map(message -> message.get("id", "an id").id())
                .filter(id -> !id.equals(messageId()))
                .toList();
    }

    private List<JsonPlace> answersToTheQuestion() {
        var answers = new ArrayList<JsonPlace>();
        answers.add(rated);
        question.find("childrenIds").ifPresent(ids -> ids.list("ids").stream()
                .filter(id -> messages.has(id.id()))
                .map(this::message)
                .filter(message -> isAnswer(message) && !message.path().equals(rated.path()))
                .forEach(answers::add));
        return answers;
    }

    private JsonPlace message(JsonPlace id) {
        return messages.get(id.id(), "the message").object("a message");
    }

    private static boolean isAnswer(JsonPlace message) {
        return message.get("role", "a role").text("a role").equals("assistant");
    }

    private static String model(JsonPlace message) {
        return message.find("model").map(JsonPlace::id).orElse("");
    }

    private static String text(JsonPlace message) {
        return message.get("content", "a text").text("a text");
    }
}
