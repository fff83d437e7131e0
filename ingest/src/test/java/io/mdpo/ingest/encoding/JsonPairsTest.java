package io.mdpo.ingest.encoding;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.mdpo.ingest.outcome.Outcome;
import io.mdpo.ingest.outcome.Rejection;
import io.mdpo.schemas.Prompts;
import io.mdpo.schemas.RejectionReason;
import io.mdpo.schemas.avro.ImageReference;
import io.mdpo.schemas.avro.Message;
import io.mdpo.schemas.avro.PreferencePair;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.commons.codec.digest.DigestUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class JsonPairsTest {
    private static final Instant SENT = Instant.ofEpochMilli(1_700_000_000_000L);
    private static final String PNG =
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==";
    private static final ByteBuffer DOT = ByteBuffer.wrap(Base64.getDecoder().decode(PNG));

    @Test
    void trlsConversationalFormIsReadFieldByField() {
        assertThat(read("trl-conversational"))
                .isEqualTo(PreferencePair.newBuilder()
                        .setPairId("pair-1")
                        .setImages(List.of(DOT))
                        .setPrompt(List.of(
                                Prompts.message("system", "Be brief."),
                                new Message("user", List.of(Prompts.image(), Prompts.text("What is this?")))))
                        .setChosen("A dot.")
                        .setRejected("A dog.")
                        .setSource("trl")
                        .setCreatedAt(Instant.parse("2026-01-31T11:00:00Z"))
                        .build());
    }

    @Test
    void textsAloneAndAnImageAsHuggingFaceWritesItAreReadToo() {
        var pair = read("trl-texts");

        assertThat(pair.getPairId()).isEqualTo("7");
        assertThat(pair.getPrompt()).isEqualTo(Prompts.user("What is this?"));
        assertThat(pair.getImages()).isEqualTo(List.of(DOT));
        assertThat(pair.getCreatedAt()).isEqualTo(Instant.ofEpochMilli(1_769_857_200_000L));
        assertThat(pair.getKind()).isEqualTo("pair");
    }

    @Test
    void aCompletionWithItsLabelIsAGoodOrABadAnswer() {
        var good = read("trl-unpaired");
        var bad = read("trl-unpaired-bad");

        assertThat(good.getKind()).isEqualTo("desirable");
        assertThat(good.getChosen()).isEqualTo("A dot.");
        assertThat(good.getRejected()).isEmpty();
        assertThat(good.getImages()).singleElement().isInstanceOf(ImageReference.class);
        assertThat(bad.getKind()).isEqualTo("undesirable");
        assertThat(bad.getChosen()).isEmpty();
        assertThat(bad.getRejected()).isEqualTo("A dog.");
    }

    @Test
    void openAisFormHasItsImagesInTheirPlacesAndItsDeveloperIsTheSystem() {
        var about = List.of(Prompts.text("What is this?"), Prompts.image());
        var pair = read("openai");

        assertThat(pair.getPrompt())
                .isEqualTo(List.of(Prompts.message("system", "Be brief."), new Message("user", about)));
        assertThat(pair.getImages()).isEqualTo(List.of(DOT));
        assertThat(pair.getChosen()).isEqualTo("A dot.");
        assertThat(pair.getRejected()).isEqualTo("A dog.");
        assertThat(read("openai-responses").getPrompt()).isEqualTo(List.of(new Message("user", about)));
    }

    @Test
    void withoutAnIdTheKeyIsTheIdAndWithoutAKeyItFollowsFromTheContent() {
        var json = Examples.read("trl-unpaired-bad");
        var keyed = accepted(JsonPairs.read(json, Optional.of("key"), SENT));
        var again = accepted(JsonPairs.read(json, Optional.empty(), SENT.plusSeconds(1)));
        var other = accepted(JsonPairs.read(
                new String(json, UTF_8).replace("A dog.", "A cat.").getBytes(UTF_8), Optional.empty(), SENT));

        assertThat(keyed.getPairId()).isEqualTo("key");
        assertThat(again.getPairId())
                .matches("[0-9a-f]{64}")
                .isEqualTo(read("trl-unpaired-bad").getPairId())
                .isNotEqualTo(other.getPairId());
        assertThat(keyed.getCreatedAt()).isEqualTo(SENT);
    }

    @Test
    void anImageByReferenceAndByItsBytesGiveOneId() {
        var bytes = json("\"images\":[\"data:image/png;base64," + PNG + "\"]");
        var reference = json("\"images\":[{\"uri\":\"file:dot.png\",\"sha256\":\""
                + DigestUtils.sha256Hex(DOT.array()).toUpperCase(Locale.ROOT)
                + "\"}]");

        assertThat(accepted(readText(bytes)).getPairId())
                .isEqualTo(accepted(readText(reference)).getPairId());
    }

    static Stream<Arguments> wrong() {
        return Stream.of(
                bad("{\"prompt\":\"Q\",\"chosen\":\"A\"}", "$.rejected is missing: expected an answer"),
                bad("{\"prompt\":\"Q\"}", "$: expected the fields of one of"),
                bad("{\"chosen\":\"A\",\"rejected\":\"B\",\"completion\":\"C\"}", "$: expected the fields of one of"),
                bad(
                        "{\"prompt\":7,\"chosen\":\"A\",\"rejected\":\"B\"}",
                        "$.prompt: expected a text or a list of messages"),
                bad(
                        "{\"prompt\":[{\"content\":\"Q\"}],\"chosen\":\"A\",\"rejected\":\"B\"}",
                        "$.prompt[0].role is missing: expected a role"),
                bad(
                        "{\"prompt\":\"Q\",\"chosen\":[],\"rejected\":\"B\"}",
                        "$.chosen: expected a text or a list of one message"),
                bad(
                        "{\"prompt\":\"Q\",\"completion\":\"A\",\"label\":\"yes\"}",
                        "$.label: expected true for a good answer"),
                bad(json("\"id\":1.5"), "$.id: expected a text or a whole number, found a number"),
                bad(json("\"createdAt\":\"yesterday\""), "$.createdAt: expected a time as 2026-01-31T12:00:00Z"),
                bad(json("\"createdAt\":123456789012345678901234567890"), "$.createdAt: expected a time"),
                bad(json("\"source\":{}"), "$.source: expected a text, found an object of 0"),
                bad(json("\"images\":[null]"), "$.images[0]: expected an image as a data URL"),
                bad("{\"chosen\":\"A\",\"chosen\":\"B\"}", "Duplicate field 'chosen'"),
                bad("{\"prompt\":", "Unexpected end-of-input"),
                bad("{} {}", "Trailing token"),
                bad("{\"a\":" + "[".repeat(40) + "]".repeat(40) + "}", "nesting depth"),
                bad("{\"a\":[" + "0,".repeat(100_001) + "0]}", "Token count"),
                bad("{\"a\":" + "1".repeat(101) + "}", "Number value length"),
                bad("{\"" + "a".repeat(1_001) + "\":0}", "Name length"));
    }

    private static Arguments bad(String json, String expected) {
        return Arguments.of(json, expected);
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void aWrongRecordIsRefusedWithItsPlaceAndWhatWasExpected(String json, String expected) {
        assertThat(refused(json).reason()).isEqualTo(RejectionReason.UNDECODABLE_RECORD);
        assertThat(refused(json).message()).contains(expected);
    }

    static Stream<Arguments> precise() {
        return Stream.of(
                Arguments.of(
                        RejectionReason.INVALID_PART,
                        "$.prompt[0].content[0].type: expected the type text, image",
                        "{\"prompt\":[{\"role\":\"user\",\"content\":[{\"type\":\"video\"}]}],\"chosen\":\"A\",\"rejected\":\"B\"}"),
                Arguments.of(
                        RejectionReason.INVALID_PART,
                        "$.chosen[0].content: expected texts alone",
                        "{\"prompt\":\"Q\",\"chosen\":[{\"role\":\"assistant\",\"content\":[{\"type\":\"image\"}]}],\"rejected\":\"B\"}"),
                Arguments.of(
                        RejectionReason.INVALID_PART,
                        "$.input.tools: expected no calls of tools",
                        "{\"input\":{\"messages\":[],\"tools\":[{}]},\"preferred_output\":\"A\",\"non_preferred_output\":\"B\"}"),
                Arguments.of(
                        RejectionReason.INVALID_ROLE,
                        "$.rejected[0].role: expected the role assistant, found the text 'user'",
                        "{\"prompt\":\"Q\",\"chosen\":\"A\",\"rejected\":[{\"role\":\"user\",\"content\":\"B\"}]}"),
                Arguments.of(
                        RejectionReason.IMAGE_REFERENCE_REFUSED,
                        "$.images[0]: expected a data URL in base64; an image elsewhere is",
                        json("\"images\":[\"https://images.example/a.png\"]")),
                Arguments.of(
                        RejectionReason.IMAGE_REFERENCE_REFUSED,
                        "$.images[0].sha256: expected the SHA-256",
                        json("\"images\":[{\"uri\":\"file:a.png\",\"sha256\":\"00\"}]")),
                Arguments.of(
                        RejectionReason.UNDECODABLE_IMAGE,
                        "$.images[0].bytes: expected base64",
                        json("\"images\":[{\"bytes\":\"###\"}]")),
                Arguments.of(
                        RejectionReason.UNDECODABLE_IMAGE,
                        "$.images[0]: expected a data URL in base64",
                        json("\"images\":[\"data:image/png,abc\"]")),
                Arguments.of(
                        RejectionReason.IMAGE_COUNT_MISMATCH,
                        "$.prompt: expected all images in the parts of the prompt, or all in the list",
                        "{\"prompt\":[{\"role\":\"user\",\"content\":[{\"type\":\"image\"},{\"type\":\"image\",\"image\":\"data:image/png;base64,"
                                + PNG + "\"}]}],\"chosen\":\"A\",\"rejected\":\"B\"}"));
    }

    @ParameterizedTest
    @MethodSource("precise")
    void whatHasAReasonOfItsOwnIsRefusedForIt(RejectionReason reason, String expected, String json) {
        assertThat(refused(json).reason()).isEqualTo(reason);
        assertThat(refused(json).message()).contains(expected);
    }

    @Test
    void aTextOfAnyLengthIsQuotedShortly() {
        assertThat(refused(json("\"createdAt\":\"" + "x".repeat(1 << 20) + "\""))
                        .message())
                .contains("of 1048576 characters")
                .hasSizeLessThan(300);
    }

    /** A good record but for one more field. */
    private static String json(String field) {
        return "{\"prompt\":\"Q\",\"chosen\":\"A\",\"rejected\":\"B\"," + field + "}";
    }

    private static PreferencePair read(String example) {
        return accepted(JsonPairs.read(Examples.read(example), Optional.empty(), SENT));
    }

    private static Outcome<PreferencePair> readText(String json) {
        return JsonPairs.read(json.getBytes(UTF_8), Optional.empty(), SENT);
    }

    private static PreferencePair accepted(Outcome<PreferencePair> outcome) {
        assertThat(outcome).isInstanceOf(Outcome.Accepted.class);
        return outcome.toOptional().orElseThrow();
    }

    private static Rejection refused(String json) {
        if (readText(json) instanceof Outcome.Refused<PreferencePair> refused) {
            return refused.rejection();
        }
        throw new AssertionError("was accepted: " + json);
    }
}
