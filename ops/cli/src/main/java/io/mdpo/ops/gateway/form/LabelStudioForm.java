package io.mdpo.ops.gateway.form;

import io.mdpo.ingest.encoding.JsonDocument;
import io.mdpo.ingest.encoding.JsonPlace;
import io.mdpo.schemas.avro.Feedback;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Label Studio's webhook: {@code {action, annotation, task, project}} of {@code ANNOTATION_CREATED} and
 * {@code ANNOTATION_UPDATED}. An annotation that was cancelled takes back what it said. A deletion names nothing but the
 * annotation's id, so it cannot be mapped; other actions hold nothing for us.
 *
 * @see <a href="https://labelstud.io/guide/webhook_reference">Label Studio, webhook event format reference</a>
 */
public final class LabelStudioForm implements Form {
    private final JsonDocument document;
    private final String interactionField;
    private final Labels labels;

    /**
     * A form for one mapping.
     *
     * @param interactionField field of the task's data that holds the interaction id
     * @param questions as in {@code gateway.label-studio.questions}, by the control tags' names
     */
    public LabelStudioForm(JsonDocument document, String interactionField, Map<String, String> questions) {
        this.document = document;
        this.interactionField = interactionField;
        this.labels = new Labels(questions);
    }

    @Override
    public Reading read(Submission submission) {
        var event = document.parse(submission.bytes()).object("an event {\"action\", \"annotation\", \"task\"}");
        var action = event.get("action", "an action");
        return switch (action.text("an action")) {
            case "ANNOTATION_CREATED", "ANNOTATION_UPDATED" ->
                Reading.of(feedback(event, action, submission).stream()
                        .map(submission::event)
                        .toList());
            case "ANNOTATIONS_DELETED", "ANNOTATIONS_CREATED" ->
                throw action.misfit(
                        "an event that names the task; cancel an annotation instead of deleting it, and send them"
                                + " one by one");
            default -> Reading.of(List.of());
        };
    }

    private List<Feedback> feedback(JsonPlace event, JsonPlace action, Submission submission) {
        boolean isNew = action.id().equals("ANNOTATION_CREATED");
        var annotation = event.get("annotation", "the annotation").object("the annotation");
        boolean speaks = annotation
                .find("was_cancelled")
                .map(cancelled -> !cancelled.truth("true or false"))
                .orElse(true);
        if (isNew && !speaks) {
            return List.of();
        }
        var data = event.get("task", "the task")
                .object("the task")
                .get("data", "the task's data")
                .object("the task's data");
        var updated = annotation.get("updated_at", "a time");
        var opinion = new Opinion(
                "label-studio/" + annotation.get("id", "an id").id(),
                updated.id(),
                Labels.field(data, interactionField, "the interaction's id, see gateway.label-studio.interaction"),
                "label-studio/" + rater(annotation.get("completed_by", "a user")),
                submission.source().isEmpty() ? "label-studio" : submission.source(),
                Labels.time(updated));
        return speaks
                ? labels.judge(annotation, replies(annotation), data, opinion, !isNew)
                : labels.takeBack(data, opinion);
    }

    private static String rater(JsonPlace user) {
        return user.isObject() ? user.get("id", "an id").id() : user.id();
    }

    private static Map<String, JsonPlace> replies(JsonPlace annotation) {
        var replies = new TreeMap<String, JsonPlace>();
        for (var result : annotation.get("result", "a list of results").list("a list of results")) {
            result.object("a result {\"from_name\", \"type\", \"value\"}")
                    .find("from_name")
                    .ifPresent(name -> {
                        var value = result.get("value", "a value").object("a value");
                        for (var kind : List.of("choices", "rating", "text", "selected", "number")) {
                            value.find(kind).ifPresent(reply -> replies.put(name.text("a name"), only(reply)));
                        }
                    });
        }
        return replies;
    }

    /** Choices and texts are lists, of one. */
    private static JsonPlace only(JsonPlace reply) {
        if (!reply.isList()) {
            return reply;
        }
        var items = reply.list("one reply");
        reply.require(items.size() == 1, "one reply");
        return items.get(0);
    }
}
