package io.mdpo.ops.gateway.form;

import io.mdpo.ingest.encoding.JsonPlace;
import io.mdpo.schemas.avro.Edit;
import io.mdpo.schemas.avro.Feedback;
import io.mdpo.schemas.avro.Preferred;
import io.mdpo.schemas.avro.Rating;
import io.mdpo.schemas.avro.Thumb;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

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
     * @param replies by question, in an order of their own
     * @param changes whether there may have been other replies before, so that what is not said now is taken back
     */
    List<Feedback> judge(
            JsonPlace place, Map<String, JsonPlace> replies, JsonPlace labelled, Opinion opinion, boolean changes) {
        place.require(
                changes || questions.keySet().stream().anyMatch(replies::containsKey),
                "a reply to one of the questions that are configured, " + String.join(", ", questions.keySet()));
        var all = new ArrayList<Feedback>();
        var subjects = new HashSet<List<Object>>();
        replies.forEach((name, reply) -> {
            var question = questions.get(name);
            if (question != null) {
                var judgements = question.judge(reply, id -> answer(id, labelled));
                judgements.forEach(judgement -> subjects.add(subject(judgement)));
                all.addAll(opinion.says(name, judgements));
            }
        });
        if (changes) {
            questions.forEach((name, question) -> all.addAll(opinion.takesBack(
                    name,
                    question.any(id -> answer(id, labelled)).stream()
                            .filter(judgement -> subjects.add(subject(judgement)))
                            .toList())));
        }
        return all;
    }

    /** What a judgement is about: a later one about the same replaces it. */
    private static List<Object> subject(Object judgement) {
        if (judgement instanceof Preferred preferred) {
            return List.of(Preferred.class, Set.of(preferred.getChosen(), preferred.getRejected()));
        } else if (judgement instanceof Thumb thumb) {
            return List.of(Thumb.class, thumb.getAnswer());
        } else if (judgement instanceof Rating rating) {
            return List.of(Rating.class, rating.getAnswer());
        } else if (judgement instanceof Edit edit) {
            return List.of(Edit.class, edit.getAnswer());
        }
        throw new IllegalArgumentException("no judgement of a question: " + judgement);
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
