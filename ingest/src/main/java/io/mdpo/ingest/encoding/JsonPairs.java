package io.mdpo.ingest.encoding;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.mdpo.ingest.outcome.Outcome;
import io.mdpo.schemas.PairKind;
import io.mdpo.schemas.RejectionReason;
import io.mdpo.schemas.Topic;
import io.mdpo.schemas.avro.Message;
import io.mdpo.schemas.avro.PreferencePair;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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
    private static final String TIME = "a time as 2026-01-31T12:00:00Z or in milliseconds since 1970";

    private static final ObjectReader READER = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxDocumentLength(MAX_BYTES)
                            .maxStringLength(MAX_BYTES)
                            .maxNestingDepth(32)
                            .maxTokenCount(100_000)
                            .maxNameLength(1_000)
                            .maxNumberLength(100)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build()
            .readerFor(JsonNode.class);

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
            return Outcome.accepted(pair(parse(json).object("an object " + FORMS), id, createdAt));
        } catch (MisfitException e) {
            return e.refusal();
        }
    }

    private static JsonPlace parse(byte[] json) {
        if (json.length > MAX_BYTES) {
            throw new MisfitException(
                    RejectionReason.RECORD_TOO_LARGE,
                    "the JSON record has %d bytes, and at most %d are allowed".formatted(json.length, MAX_BYTES));
        }
        try {
            JsonNode node = READER.readValue(json);
            return JsonPlace.root(node);
        } catch (JsonProcessingException e) {
            // Of a bound that is exceeded Jackson tells no place.
            var place = Optional.ofNullable(e.getLocation())
                    .map(at -> ", line %d, column %d".formatted(at.getLineNr(), at.getColumnNr()))
                    .orElse("");
            throw new MisfitException(
                    RejectionReason.UNDECODABLE_RECORD,
                    "not a JSON object that can be read: %s%s".formatted(e.getOriginalMessage(), place));
        } catch (IOException e) {
            throw new MisfitException(
                    RejectionReason.UNDECODABLE_RECORD, "not a JSON object that can be read: " + e.getMessage());
        }
    }

    private static PreferencePair pair(JsonPlace record, Optional<String> id, Instant createdAt) {
        boolean preference = record.has("chosen") || record.has("rejected");
        boolean unpaired = record.has("completion");
        boolean openAi = record.has("preferred_output") || record.has("non_preferred_output");
        record.require(
                (preference ? 1 : 0) + (unpaired ? 1 : 0) + (openAi ? 1 : 0) == 1, "the fields of one of " + FORMS);
        var pair = openAi ? openAi(record) : unpaired ? unpaired(record) : preference(record);
        pair.setSource(
                record.find("source").map(source -> source.text("a text")).orElse(""));
        pair.setCreatedAt(record.find("createdAt").map(JsonPairs::time).orElse(createdAt));
        pair.setPairId("");
        pair.setPairId(record.find("id").map(JsonPairs::id).or(() -> id).orElseGet(() -> ContentId.of(pair.build())));
        return pair.build();
    }

    private static PreferencePair.Builder preference(JsonPlace record) {
        return asked(record, record.get("prompt", "a prompt"))
                .setChosen(JsonMessages.answer(record.get("chosen", "an answer")))
                .setRejected(JsonMessages.answer(record.get("rejected", "an answer")));
    }

    private static PreferencePair.Builder unpaired(JsonPlace record) {
        var pair = asked(record, record.get("prompt", "a prompt"));
        var completion = JsonMessages.answer(record.get("completion", "an answer"));
        var expected = "true for a good answer, false for a bad one";
        return record.get("label", expected).truth(expected)
                ? pair.setKind(PairKind.DESIRABLE.text()).setChosen(completion).setRejected("")
                : pair.setKind(PairKind.UNDESIRABLE.text()).setChosen("").setRejected(completion);
    }

    private static PreferencePair.Builder openAi(JsonPlace record) {
        var expected = "an object {\"messages\": [..]}";
        var input = record.get("input", expected).object(expected);
        JsonMessages.refuseTools(input);
        return asked(record, input.get("messages", "a list of messages"))
                .setChosen(JsonMessages.answer(record.get("preferred_output", "a list of one message")))
                .setRejected(JsonMessages.answer(record.get("non_preferred_output", "a list of one message")));
    }

    /** What is asked about which images; they stand in the parts of the prompt or in a list of their own. */
    private static PreferencePair.Builder asked(JsonPlace record, JsonPlace prompt) {
        var messages = new JsonMessages();
        List<Message> read = messages.prompt(prompt);
        var listed = new ArrayList<Object>();
        record.find("image").ifPresent(image -> listed.add(JsonImages.read(image)));
        record.find("images").ifPresent(images -> images.list("a list of images").stream()
                .map(JsonImages::read)
                .forEach(listed::add));
        if (messages.isMixed() || !(listed.isEmpty() || messages.images().isEmpty())) {
            throw prompt.misfit(
                    RejectionReason.IMAGE_COUNT_MISMATCH,
                    "all images in the parts of the prompt, or all in the list \"images\"");
        }
        return PreferencePair.newBuilder().setPrompt(read).setImages(listed.isEmpty() ? messages.images() : listed);
    }

    private static String id(JsonPlace id) {
        return id.node().isIntegralNumber() ? id.node().asText() : id.text("a text or a whole number");
    }

    private static Instant time(JsonPlace time) {
        if (time.node().isIntegralNumber() && time.node().canConvertToLong()) {
            return Instant.ofEpochMilli(time.node().longValue());
        }
        try {
            var read = OffsetDateTime.parse(time.text(TIME)).toInstant();
            return Instant.ofEpochMilli(read.toEpochMilli());
        } catch (DateTimeException | ArithmeticException e) {
            throw time.misfit(TIME);
        }
    }
}
