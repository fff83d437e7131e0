package io.mdpo.ops.gateway.form;

import io.mdpo.ingest.encoding.JsonPlace;
import io.mdpo.schemas.avro.Feedback;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What the forms of labelling tools have in common: the questions, and the fields of what is labelled. */
final class Labels {
    /** Marks an answer id that stands in a field of what is labelled. */
    private static final String FIELD = "$";

    private final Map<String, Question> questions;

    Labels(Map<String, String> questions) {
        this.questions = QuestionSettings.of(questions);
    }

    /**
     * The feedback in a set of replies.
     *
     * @param place of the replies
     * @param changes whether there may have been other replies before, so that what is missing now is taken back
     */
    List<Feedback> judge(
            JsonPlace place, Map<String, JsonPlace> replies, JsonPlace labelled, Opinion opinion, boolean changes) {
        place.require(
                changes || questions.keySet().stream().anyMatch(replies::containsKey),
                "a reply to one of the questions that are configured, " + String.join(", ", questions.keySet()));
        var all = new ArrayList<Feedback>();
        questions.forEach((name, question) -> {
            var reply = replies.get(name);
            var judgements = reply == null ? List.<Object>of() : question.judge(reply, id -> answer(id, labelled));
            if (!judgements.isEmpty()) {
                all.addAll(opinion.says(name, judgements));
            } else if (changes) {
                all.addAll(opinion.takesBack(name, question.any(id -> answer(id, labelled))));
            }
        });
        return all;
    }

    /** Takes back whatever was said. */
    List<Feedback> takeBack(JsonPlace labelled, Opinion opinion) {
        var all = new ArrayList<Feedback>();
        questions.forEach(
                (name, question) -> all.addAll(opinion.takesBack(name, question.any(id -> answer(id, labelled)))));
        return all;
    }

    private static String answer(String configured, JsonPlace labelled) {
        return configured.startsWith(FIELD)
                ? field(labelled, configured.substring(FIELD.length()), "an answer's id")
                : configured;
    }

    /** A field of what is labelled that holds an id. */
    static String field(JsonPlace labelled, String name, String what) {
        var place = labelled.get(name, what);
        var id = place.id();
        place.require(!id.isBlank(), what);
        return id;
    }

    /** A time as Python writes it: without an offset it is in UTC. */
    static Instant time(JsonPlace place) {
        if (place.isText()) {
            try {
                var local = LocalDateTime.parse(place.text("a time"));
                return Instant.ofEpochMilli(local.toInstant(ZoneOffset.UTC).toEpochMilli());
            } catch (DateTimeException e) {
                return place.time(); // it has an offset, or is none
            }
        }
        return place.time();
    }
}
