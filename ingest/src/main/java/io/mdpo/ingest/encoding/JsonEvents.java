package io.mdpo.ingest.encoding;

import io.mdpo.ingest.outcome.Outcome;
import io.mdpo.schemas.Prompts;
import io.mdpo.schemas.RejectionReason;
import io.mdpo.schemas.Topic;
import io.mdpo.schemas.avro.Answer;
import io.mdpo.schemas.avro.Edit;
import io.mdpo.schemas.avro.Feedback;
import io.mdpo.schemas.avro.Interaction;
import io.mdpo.schemas.avro.Preferred;
import io.mdpo.schemas.avro.Rating;
import io.mdpo.schemas.avro.Retracted;
import io.mdpo.schemas.avro.Thumb;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * Reads interactions and feedback written in JSON. An interaction has a prompt and images as pairs have them, and
 * {@code answers}; a feedback has one of {@code preferred}, {@code thumb}, {@code rating}, {@code edit} and {@code retracted}.
 * The gateway's OpenAPI description holds the schemas. Fields that are not known are left alone.
 */
public final class JsonEvents {
    /** An interaction of the largest record, with its images in base64. */
    private static final JsonDocument DOCUMENT = new JsonDocument(Topic.MAX_RECORD_BYTES / 3 * 4, 100_000);

    private static final Set<String> ROLES = Set.of("system", "user", "assistant");
    private static final int MAX_ID_CHARS = 512;
    private static final int MAX_IMAGES = 64;
    private static final String ID = "a text of 1 to %d characters that is not blank".formatted(MAX_ID_CHARS);

    private static final List<String> JUDGEMENTS = List.of("preferred", "thumb", "rating", "edit", "retracted");

    private JsonEvents() {}

    /** The interaction in one JSON object in UTF-8. */
    public static Outcome<Interaction> interaction(byte[] json, Defaults defaults) {
        return read(json, place -> interaction(place, defaults));
    }

    /** The feedback in one JSON object in UTF-8. */
    public static Outcome<Feedback> feedback(byte[] json, Defaults defaults) {
        return read(json, place -> feedback(place, defaults));
    }

    private static <T> Outcome<T> read(byte[] json, Function<JsonPlace, T> reading) {
        try {
            return Outcome.accepted(reading.apply(DOCUMENT.parse(json)));
        } catch (MisfitException e) {
            return e.refusal();
        }
    }

    /**
     * The interaction in one JSON object.
     *
     * @throws MisfitException it is none
     */
    public static Interaction interaction(JsonPlace record, Defaults defaults) {
        record.object("an interaction {\"id\", \"prompt\", \"answers\"}");
        var prompt = record.get("prompt", "a prompt");
        var question = JsonQuestion.read(record, prompt);
        check(question, prompt);
        return Interaction.newBuilder()
                .setInteractionId(interactionId(record, "id", defaults))
                .setConversationId(
                        record.find("conversationId").map(JsonPlace::id).orElse(""))
                .setImages(question.images())
                .setPrompt(question.prompt())
                .setAnswers(answers(record.get("answers", "a list of answers")))
                .setSource(source(record, defaults))
                .setCreatedAt(record.find("createdAt").map(JsonPlace::time).orElse(defaults.createdAt()))
                .build();
    }

    private static void check(JsonQuestion question, JsonPlace prompt) {
        var roles = question.prompt().stream().map(message -> message.getRole()).toList();
        if (!ROLES.containsAll(roles) || !roles.contains("user")) {
            throw prompt.misfit(
                    RejectionReason.INVALID_ROLE, "messages of system, user and assistant, the user's among them");
        }
        int places = Prompts.images(question.prompt());
        int images = question.images().size();
        if (places > 0 && places != images) {
            throw prompt.misfit(
                    RejectionReason.IMAGE_COUNT_MISMATCH,
                    "as many image parts as images, or none; there are %d and %d".formatted(places, images));
        }
        if (images > MAX_IMAGES) {
            throw prompt.misfit(RejectionReason.TOO_MANY_IMAGES, "at most %d images".formatted(MAX_IMAGES));
        }
    }

    private static List<Answer> answers(JsonPlace answers) {
        var expected = "a list of at least one answer {\"id\", \"text\"}";
        var places = answers.list(expected);
        answers.require(!places.isEmpty(), expected);
        var ids = new HashSet<String>();
        return places.stream().map(place -> answer(place, ids)).toList();
    }

    private static Answer answer(JsonPlace answer, Set<String> ids) {
        answer.object("an answer {\"id\", \"text\"}");
        var id = answer.get("id", ID);
        id.require(ids.add(id(id)), "an id that no other answer of the interaction has");
        return new Answer(
                id(id),
                JsonMessages.answer(answer.get("text", "the answer's text")),
                answer.find("base").map(base -> base.text("a text")).orElse(""),
                answer.find("adapter").map(JsonPlace::id).orElse(""));
    }

    /**
     * The feedback in one JSON object.
     *
     * @throws MisfitException it is none
     */
    public static Feedback feedback(JsonPlace record, Defaults defaults) {
        var judgements = "one of " + String.join(", ", JUDGEMENTS);
        record.object("a feedback {\"id\", \"interactionId\", \"rater\"} with " + judgements);
        record.require(JUDGEMENTS.stream().filter(record::has).count() == 1, judgements);
        var judgement = JUDGEMENTS.stream().filter(record::has).findFirst().orElseThrow();
        return Feedback.newBuilder()
                .setFeedbackId(id(record.get("id", ID)))
                .setInteractionId(interactionId(record, "interactionId", defaults))
                .setRater(id(record.get("rater", ID)))
                .setJudgement(
                        judgement(judgement, record.get(judgement, "an object").object("an object")))
                .setSource(source(record, defaults))
                .setCreatedAt(record.find("createdAt").map(JsonPlace::time).orElse(defaults.createdAt()))
                .build();
    }

    private static Object judgement(String name, JsonPlace place) {
        return switch (name) {
            case "preferred" -> preferred(place);
            case "thumb" ->
                new Thumb(answerId(place), place.get("up", "true or false").truth("true or false"));
            case "rating" -> rating(place);
            case "edit" -> new Edit(answerId(place), JsonMessages.answer(place.get("text", "the corrected text")));
            default -> new Retracted(id(place.get("feedback", ID)));
        };
    }

    private static Preferred preferred(JsonPlace place) {
        var chosen = id(place.get("chosen", ID));
        var rejected = place.get("rejected", ID);
        rejected.require(!id(rejected).equals(chosen), "another answer than the chosen one");
        return new Preferred(chosen, id(rejected));
    }

    private static Rating rating(JsonPlace place) {
        double lowest = number(place, "lowest");
        double highest = number(place, "highest");
        double value = number(place, "value");
        place.require(lowest < highest, "a scale whose lowest value is below its highest");
        place.require(lowest <= value && value <= highest, "a value on its scale");
        return new Rating(answerId(place), value, lowest, highest);
    }

    private static double number(JsonPlace place, String field) {
        return place.get(field, "a number").number("a number");
    }

    private static String answerId(JsonPlace place) {
        return id(place.get("answer", ID));
    }

    private static String interactionId(JsonPlace record, String field, Defaults defaults) {
        return record.has(field) || defaults.interactionId().isEmpty()
                ? id(record.get(field, ID))
                : defaults.interactionId().get();
    }

    private static String source(JsonPlace record, Defaults defaults) {
        return record.find("source").map(source -> source.text("a text")).orElse(defaults.source());
    }

    private static String id(JsonPlace place) {
        var id = place.id();
        place.require(!id.isBlank() && id.length() <= MAX_ID_CHARS, ID);
        return id;
    }
}
