package io.mdpo.ops.gateway.form;

import io.mdpo.ingest.encoding.JsonDocument;
import io.mdpo.ingest.encoding.JsonPlace;
import io.mdpo.schemas.avro.Feedback;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Argilla's webhook: {@code {type, version, timestamp, data}}, with the response in {@code data} of {@code response.created},
 * {@code response.updated} and {@code response.deleted}. A response that was submitted speaks; one that was discarded or
 * deleted takes back what it said. Other types hold nothing for us.
 *
 * @see <a href="https://docs.argilla.io/latest/how_to_guides/webhooks_internals">Argilla, webhooks internals</a>
 */
public final class ArgillaForm implements Form {
    private final JsonDocument document;
    private final String interactionField;
    private final Labels labels;

    /**
     * A form for one mapping.
     *
     * @param interactionField metadata property, or {@code external_id}, that holds the interaction id of a record
     * @param questions as in {@code gateway.argilla.questions}
     */
    public ArgillaForm(JsonDocument document, String interactionField, Map<String, String> questions) {
        this.document = document;
        this.interactionField = interactionField;
        this.labels = new Labels(questions);
    }

    @Override
    public Reading read(Submission submission) {
        var event = document.parse(submission.bytes()).object("an event {\"type\", \"timestamp\", \"data\"}");
        var type = event.get("type", "a type").text("a type");
        return switch (type) {
            case "response.created", "response.updated", "response.deleted" -> {
                var feedback = feedback(type, event.get("data", "the response").object("the response"));
                yield Reading.of(feedback.stream().map(submission::event).toList());
            }
            default -> Reading.of(List.of());
        };
    }

    private List<Feedback> feedback(String type, JsonPlace response) {
        boolean isNew = type.equals("response.created");
        boolean speaks = !type.equals("response.deleted")
                && response.get("status", "a status").text("a status").equals("submitted");
        if (isNew && !speaks) {
            return List.of();
        }
        var record = response.get("record", "the record").object("the record");
        var labelled = record.find("metadata")
                .filter(metadata -> metadata.has(interactionField))
                .orElse(record);
        var updated = response.get("updated_at", "a time");
        var opinion = new Opinion(
                "argilla/" + response.get("id", "an id").id(),
                updated.text("a time") + (type.equals("response.deleted") ? "/deleted" : ""),
                Labels.field(labelled, interactionField, "the interaction's id, see gateway.argilla.interaction"),
                "argilla/"
                        + response.get("user", "the user")
                                .object("the user")
                                .get("id", "an id")
                                .id(),
                "argilla",
                Labels.time(updated));
        return speaks
                ? labels.judge(response, replies(response), labelled, opinion, !isNew)
                : labels.takeBack(labelled, opinion);
    }

    private static Map<String, JsonPlace> replies(JsonPlace response) {
        var replies = new TreeMap<String, JsonPlace>();
        response.find("values").ifPresent(values -> {
            values.object("replies by question");
            values.node().fieldNames().forEachRemaining(name -> values.find(name)
                    .flatMap(value -> value.object("{\"value\": reply}").find("value"))
                    .ifPresent(reply -> replies.put(name, reply)));
        });
        return replies;
    }
}
