package io.mdpo.ops.gateway.form;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mdpo.ingest.encoding.JsonDocument;
import io.mdpo.ingest.encoding.JsonEvents;
import io.mdpo.ingest.encoding.JsonPlace;
import io.mdpo.ingest.encoding.MisfitException;
import io.mdpo.ops.gateway.form.Reading.Refusal;
import io.mdpo.ops.gateway.log.Event;
import io.mdpo.schemas.avro.Preferred;
import io.mdpo.schemas.avro.Thumb;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * The export of Open WebUI's feedback, an array of records with {@code data}, {@code meta} and {@code snapshot}, or
 * {@code {"before": export, "after": export}}: what is in the first and not in the second was deleted, and is taken back. Each
 * record gives an interaction, from the snapshot of the chat, and feedback: a preference over the answers of other models
 * beside it, else a thumb. A record that was updated replaces what it said.
 */
public final class OpenWebUiForm implements Form {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final JsonDocument document;
    private final ImageLimit images;

    public OpenWebUiForm(JsonDocument document, ImageLimit images) {
        this.document = document;
        this.images = images;
    }

    @Override
    public Reading read(Submission submission) {
        var root = document.parse(submission.bytes());
        var export = "an export, which is an array of records";
        var before = root.isObject() ? records(root.get("before", export)) : Map.<String, JsonPlace>of();
        var after = records(root.isObject() ? root.get("after", export) : root);
        var events = new ArrayList<Event>();
        var refused = new ArrayList<Refusal>();
        after.values().forEach(record -> guarded(record, refused, () -> events.addAll(says(record, submission))));
        before.forEach((id, record) -> {
            if (!after.containsKey(id)) {
                guarded(record, refused, () -> events.addAll(takesBack(record, submission)));
            }
        });
        return new Reading(events, refused);
    }

    private static Map<String, JsonPlace> records(JsonPlace export) {
        var records = new LinkedHashMap<String, JsonPlace>();
        export.list("an export, which is an array of records")
                .forEach(record ->
                        records.put(record.object("a record").get("id", "an id").id(), record));
        return records;
    }

    private static void guarded(JsonPlace record, List<Refusal> refused, Runnable reading) {
        try {
            reading.run();
        } catch (MisfitException e) {
            refused.add(new Refusal(record.path(), e.sentence()));
        }
    }

    private List<Event> says(JsonPlace record, Submission submission) {
        var chat = new OpenWebUiChat(record);
        var opinion = opinion(record, submission, "");
        var events = new ArrayList<Event>();
        var read =
                JsonEvents.interaction(new JsonPlace(record.path(), interaction(chat, opinion)), submission.defaults());
        events.add(submission.event(images.check(read, record)));
        opinion.says("rating", judgements(record, chat)).forEach(feedback -> events.add(submission.event(feedback)));
        return events;
    }

    private static List<Event> takesBack(JsonPlace record, Submission submission) {
        return opinion(record, submission, "/deleted")
                .takesBack("rating", judgements(record, new OpenWebUiChat(record)))
                .stream()
                .map(submission::event)
                .toList();
    }

    private static Opinion opinion(JsonPlace record, Submission submission, String end) {
        var updated = record.get("updated_at", "seconds since 1970");
        var id = "open-webui/" + record.get("id", "an id").id();
        return new Opinion(
                id,
                updated.id() + end,
                id,
                "open-webui/" + record.get("user_id", "a user's id").id(),
                submission.source().isEmpty() ? "open-webui" : submission.source(),
                seconds(updated));
    }

    private static Instant seconds(JsonPlace time) {
        time.require(time.node().isIntegralNumber() && time.node().canConvertToInt(), "seconds since 1970");
        return Instant.ofEpochSecond(time.node().longValue());
    }

    private static ObjectNode interaction(OpenWebUiChat chat, Opinion opinion) {
        var interaction = NODES.objectNode();
        interaction.put("id", opinion.interactionId());
        interaction.put("conversationId", chat.id());
        interaction.put("source", opinion.source());
        interaction.put("createdAt", opinion.at().toEpochMilli());
        interaction.set("prompt", chat.prompt());
        interaction.set("answers", chat.answers());
        return interaction;
    }

    /** As Open WebUI's own leaderboard counts it: 1 wins over every other model beside it, -1 loses to them. */
    private static List<Object> judgements(JsonPlace record, OpenWebUiChat chat) {
        var data = record.get("data", "the rating").object("the rating");
        var rating = data.get("rating", "1 or -1");
        rating.require(rating.id().equals("1") || rating.id().equals("-1"), "1 or -1");
        boolean up = rating.id().equals("1");
        var rivals = new HashSet<String>();
        data.find("sibling_model_ids")
                .ifPresent(models ->
                        models.list("models").stream().map(JsonPlace::id).forEach(rivals::add));
        var judgements = new ArrayList<Object>();
        BiConsumer<String, String> beats = (chosen, rejected) -> judgements.add(new Preferred(chosen, rejected));
        chat.siblings(rivals).forEach(sibling -> {
            if (up) {
                beats.accept(chat.messageId(), sibling);
            } else {
                beats.accept(sibling, chat.messageId());
            }
        });
        return judgements.isEmpty() ? List.of(new Thumb(chat.messageId(), up)) : judgements;
    }
}
