package io.mdpo.ingest.encoding;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mdpo.ingest.outcome.Outcome;
import io.mdpo.schemas.PairKind;
import io.mdpo.schemas.Topic;
import io.mdpo.schemas.avro.PreferencePair;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;

/**
 * Reads pairs written in JSON, in the forms that trainers take: TRL's conversational preferences and its unpaired
 * completions with a label, and OpenAI's preferences. {@code pair.schema.json} beside this class describes them as JSON Schema;
 * what it refuses is refused here. Fields that no form knows are left alone.
 *
 * <p>Reading is bounded in bytes, nesting, tokens, names and numbers, so that a record costs no more than a few times its own
 * bytes.
 */
public final class JsonPairs {
    /** A pair of the largest record, with its images in base64. */
    private static final int MAX_BYTES = Topic.MAX_RECORD_BYTES / 3 * 4;

    private static final String FORMS =
            "{\"prompt\", \"chosen\", \"rejected\"}, {\"prompt\", \"completion\", \"label\"} or "
                    + "{\"input\", \"preferred_output\", \"non_preferred_output\"}";

    private static final JsonDocument DOCUMENT = new JsonDocument(MAX_BYTES, 100_000);

    private JsonPairs() {}

    /**
     * The pair in one JSON object, as it was written: neither normalised nor validated.
     *
     * @param json the object in UTF-8
     * @param id of the pair where the object has none; without either the id is {@link ContentId}
     * @param createdAt of the pair where the object does not say
     */
    public static Outcome<PreferencePair> read(byte[] json, Optional<String> id, Instant createdAt) {
        try {
            return Outcome.accepted(
                    pair(DOCUMENT.parse(json).object("an object " + FORMS), id, createdAt, JsonImages::read));
        } catch (MisfitException e) {
            return e.refusal();
        }
    }

    /**
     * The pair in an object that was read already, for programs whose images are not in it.
     *
     * @param images makes a {@link java.nio.ByteBuffer} or an {@link io.mdpo.schemas.avro.ImageReference} of whatever names an
     *     image in the object
     */
    public static Outcome<PreferencePair> read(
            ObjectNode record, Function<JsonNode, Object> images, Optional<String> id, Instant createdAt) {
        try {
            return Outcome.accepted(pair(JsonPlace.root(record), id, createdAt, place -> images.apply(place.node())));
        } catch (MisfitException e) {
            return e.refusal();
        }
    }

    private static PreferencePair pair(
            JsonPlace record, Optional<String> id, Instant createdAt, Function<JsonPlace, Object> images) {
        boolean preference = record.has("chosen") || record.has("rejected");
        boolean unpaired = record.has("completion");
        boolean openAi = record.has("preferred_output") || record.has("non_preferred_output");
        record.require(
                (preference ? 1 : 0) + (unpaired ? 1 : 0) + (openAi ? 1 : 0) == 1, "the fields of one of " + FORMS);
        var pair = openAi ? openAi(record, images) : unpaired ? unpaired(record, images) : preference(record, images);
        pair.setSource(
                record.find("source").map(source -> source.text("a text")).orElse(""));
        pair.setCreatedAt(record.find("createdAt").map(JsonPlace::time).orElse(createdAt));
        pair.setPairId("");
        pair.setPairId(record.find("id").map(JsonPlace::id).or(() -> id).orElseGet(() -> ContentId.of(pair.build())));
        return pair.build();
    }

    private static PreferencePair.Builder preference(JsonPlace record, Function<JsonPlace, Object> images) {
        return asked(record, record.get("prompt", "a prompt"), images)
                .setChosen(JsonMessages.answer(record.get("chosen", "an answer")))
                .setRejected(JsonMessages.answer(record.get("rejected", "an answer")));
    }

    private static PreferencePair.Builder unpaired(JsonPlace record, Function<JsonPlace, Object> images) {
        var pair = asked(record, record.get("prompt", "a prompt"), images);
        var completion = JsonMessages.answer(record.get("completion", "an answer"));
        var expected = "true for a good answer, false for a bad one";
        return record.get("label", expected).truth(expected)
                ? pair.setKind(PairKind.DESIRABLE.text()).setChosen(completion).setRejected("")
                : pair.setKind(PairKind.UNDESIRABLE.text()).setChosen("").setRejected(completion);
    }

    private static PreferencePair.Builder openAi(JsonPlace record, Function<JsonPlace, Object> images) {
        var expected = "an object {\"messages\": [..]}";
        var input = record.get("input", expected).object(expected);
        JsonMessages.refuseTools(input);
        return asked(record, input.get("messages", "a list of messages"), images)
                .setChosen(JsonMessages.answer(record.get("preferred_output", "a list of one message")))
                .setRejected(JsonMessages.answer(record.get("non_preferred_output", "a list of one message")));
    }

    private static PreferencePair.Builder asked(
            JsonPlace record, JsonPlace prompt, Function<JsonPlace, Object> images) {
        var question = JsonQuestion.read(record, prompt, images);
        return PreferencePair.newBuilder().setPrompt(question.prompt()).setImages(question.images());
    }
}
