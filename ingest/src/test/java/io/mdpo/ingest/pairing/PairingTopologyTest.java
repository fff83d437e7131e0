package io.mdpo.ingest.pairing;

import static io.mdpo.ingest.pairing.PairingHarness.feedback;
import static io.mdpo.ingest.pairing.PairingHarness.interaction;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.tuple;

import io.mdpo.schemas.AvroSerde;
import io.mdpo.schemas.Prompts;
import io.mdpo.schemas.avro.Answer;
import io.mdpo.schemas.avro.Edit;
import io.mdpo.schemas.avro.Feedback;
import io.mdpo.schemas.avro.ImageReference;
import io.mdpo.schemas.avro.PreferencePair;
import io.mdpo.schemas.avro.Preferred;
import io.mdpo.schemas.avro.Provenance;
import io.mdpo.schemas.avro.Rating;
import io.mdpo.schemas.avro.Retracted;
import io.mdpo.schemas.avro.Thumb;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PairingTopologyTest {
    /** Later than everything waits. */
    private static final int END = 60 * 24 * 30;

    @TempDir
    private Path stateDir;

    private PairingHarness pairing;

    @BeforeEach
    void start() {
        pairing = new PairingHarness(PairingHarness.config(stateDir), Storage.HEAP);
    }

    @AfterEach
    void stop() {
        pairing.close();
    }

    private void restart(UnaryOperator<PairingConfig> change) {
        pairing.close();
        pairing = new PairingHarness(change.apply(PairingHarness.config(stateDir.resolve("changed"))), Storage.DISK);
    }

    @Test
    void aVoteBecomesAPairWithItsProvenanceTimeAndTraceHeaders() {
        var headers = new RecordHeaders()
                .add("traceparent", "00-1-2-01".getBytes(UTF_8))
                .add("ce_id", "event".getBytes(UTF_8))
                .add("other", "left out".getBytes(UTF_8));
        pairing.send(0, interaction("i", "A", "B"));
        pairing.send(1, feedback("f", "i", "r", new Preferred("B", "A")), headers);
        pairing.passTime(70);

        assertThat(pairing.pairs()).singleElement().satisfies(record -> {
            var pair = record.value();
            assertThat(new String(record.key(), UTF_8))
                    .isEqualTo(pair.getPairId())
                    .startsWith("feedback-");
            assertThat(pair.getImages()).isEqualTo(List.of(ByteBuffer.wrap(new byte[] {1, 2, 3})));
            assertThat(pair.getPrompt()).isEqualTo(Prompts.user("What is this?"));
            assertThat(pair.getChosen()).isEqualTo("The answer B.");
            assertThat(pair.getRejected()).isEqualTo("The answer A.");
            assertThat(pair.getSource()).isEqualTo("test");
            assertThat(pair.getKind()).isEqualTo("pair");
            assertThat(pair.getCreatedAt()).isEqualTo(PairingHarness.at(1));
            assertThat(pair.getProvenance())
                    .isEqualTo(new Provenance("vote", List.of("f"), List.of("i"), List.of("r")));
            assertThat(record.getRecordTime()).isEqualTo(PairingHarness.at(61));
            assertThat(record.headers()).extracting(Header::key).containsExactly("traceparent", "ce_id");
        });
        assertThat(pairing.outcomes()).containsExactly(entry("f", "PAIRED"));
        assertThat(pairing.count("mdpo.pairing.pairs", "rule", "vote")).isEqualTo(1);
        assertThat(pairing.count("mdpo.pairing.feedback", "outcome", "PAIRED")).isEqualTo(1);
    }

    @Test
    void feedbackMayComeBeforeItsInteraction() {
        pairing.send(0, feedback("f", "i", "r", new Preferred("B", "A")));
        pairing.passTime(66);
        assertThat(pairing.outcomes()).isEmpty();
        pairing.send(67, interaction("i", "A", "B"));
        pairing.passTime(73);

        assertThat(pairing.outcomes()).containsExactly(entry("f", "PAIRED"));
    }

    @Test
    void theMajorityOfTheRatersDecides() {
        pairing.send(0, interaction("i", "A", "B", "C"));
        pairing.send(1, feedback("1", "i", "r1", new Preferred("A", "B")));
        pairing.send(2, feedback("2", "i", "r2", new Preferred("A", "B")));
        pairing.send(3, feedback("3", "i", "r3", new Preferred("B", "A")));
        pairing.send(4, feedback("4", "i", "r1", new Preferred("B", "C")));
        pairing.send(5, feedback("5", "i", "r2", new Preferred("C", "B")));
        pairing.passTime(70);

        assertThat(pairing.outcomes())
                .isEqualTo(Map.of("1", "PAIRED", "2", "PAIRED", "3", "CONTRADICTED", "4", "TIE", "5", "TIE"));
        assertThat(pairing.pairs())
                .extracting(record -> record.value().getProvenance().getRaters())
                .containsExactly(List.of("r1", "r2"));
    }

    @Test
    void theLastThatARaterSaysOfASubjectCounts() {
        pairing.send(0, interaction("i", "A", "B"));
        pairing.send(1, feedback("1", "i", "r", new Preferred("A", "B")));
        pairing.send(2, feedback("2", "i", "r", new Preferred("B", "A")));
        // Another kind of judgement and another rater replace nothing; nobody's is nobody's.
        pairing.send(3, feedback("3", "i", "r", new Edit("A", "Better.")));
        pairing.send(4, feedback("4", "i", "", new Edit("A", "Best.")));
        pairing.send(5, feedback("5", "i", "", new Edit("A", "Even better.")));
        pairing.passTime(70);

        assertThat(pairing.outcomes())
                .isEqualTo(Map.of("1", "REPLACED", "2", "PAIRED", "3", "PAIRED", "4", "PAIRED", "5", "PAIRED"));
        assertThat(texts(pairing.pairs()))
                .containsExactlyInAnyOrder(
                        "The answer B. > The answer A.",
                        "Better. > The answer A.",
                        "Best. > The answer A.",
                        "Even better. > The answer A.");
    }

    @Test
    void aRetractionTakesBackWhatItsRaterSaidAndWhatWasReplacedStaysSo() {
        pairing.send(0, interaction("i", "A", "B"));
        pairing.send(1, feedback("1", "i", "r", new Preferred("A", "B")));
        pairing.send(2, feedback("2", "i", "r", new Preferred("B", "A")));
        pairing.send(3, feedback("3", "i", "r", new Retracted("2")));
        pairing.send(4, feedback("4", "i", "other", new Retracted("1")));
        pairing.send(5, feedback("5", "i", "r", new Retracted("never said")));
        pairing.passTime(70);

        assertThat(pairing.pairs()).isEmpty();
        assertThat(pairing.outcomes())
                .isEqualTo(Map.of(
                        "1", "REPLACED",
                        "2", "RETRACTED",
                        "3", "APPLIED",
                        "4", "NOTHING_TO_RETRACT",
                        "5", "NOTHING_TO_RETRACT"));
    }

    @Test
    void whatCannotBeUsedSaysWhy() {
        pairing.send(
                0,
                interaction("i")
                        .setAnswers(List.of(
                                new Answer("A", "Same.", "", ""),
                                new Answer("B", " Same.\r\n", "", ""),
                                new Answer("C", " ", "", ""),
                                new Answer("D", "x".repeat(Limits.TEXT_BYTES + 1), "", ""))));
        pairing.send(1, feedback("1", "i", "r", new Preferred("A", "B")));
        pairing.send(1, feedback("2", "i", "r", new Preferred("A", "C")));
        pairing.send(1, feedback("3", "i", "r", new Preferred("A", "Z")));
        pairing.send(1, feedback("4", "i", "r", new Preferred("A", "D")));
        pairing.send(1, feedback("5", "i", "r", new Edit("A", "Same. ")));
        pairing.send(1, feedback("6", "i", "r", rating("A", 6, 1, 5)));
        pairing.send(1, feedback("7", "i", "r", rating("B", Double.NaN, 1, 5)));
        pairing.passTime(70);

        assertThat(pairing.pairs()).isEmpty();
        assertThat(pairing.outcomes())
                .isEqualTo(Map.of(
                        "1", "EQUAL_ANSWERS",
                        "2", "EMPTY_ANSWER",
                        "3", "UNKNOWN_ANSWER",
                        "4", "TOO_LARGE",
                        "5", "EQUAL_ANSWERS",
                        "6", "INVALID_RATING",
                        "7", "INVALID_RATING"));
    }

    @Test
    void ratingsThatDifferByTheGapMakePairsOfTheirMeans() {
        pairing.send(0, interaction("i", "A", "B", "C"));
        pairing.send(1, feedback("1", "i", "r1", rating("A", 5, 1, 5)));
        pairing.send(1, feedback("2", "i", "r2", rating("A", 0.5, 0, 1)));
        pairing.send(1, feedback("3", "i", "r1", rating("B", 3, 1, 5)));
        pairing.send(1, feedback("4", "i", "r1", rating("C", 2.9, 1, 5)));
        pairing.send(0, interaction("alone", "A", "B"));
        pairing.send(1, feedback("5", "alone", "r", rating("A", 5, 1, 5)));
        pairing.send(0, interaction("close", "A", "B"));
        pairing.send(1, feedback("6", "close", "r", rating("A", 5, 1, 5)));
        pairing.send(1, feedback("7", "close", "r", rating("B", 4.1, 1, 5)));
        pairing.passTime(70);

        // A: (1 + 0.5) / 2 = 0.75; B: 0.5; C: 0.475.
        assertThat(texts(pairing.pairs()))
                .containsExactly("The answer A. > The answer C.", "The answer A. > The answer B.");
        assertThat(pairing.outcomes())
                .isEqualTo(Map.of(
                        "1", "PAIRED",
                        "2", "PAIRED",
                        "3", "PAIRED",
                        "4", "PAIRED",
                        "5", "NO_COUNTERPART",
                        "6", "TIE",
                        "7", "TIE"));
    }

    @Test
    void thumbsUpAndDownOnTheSameImagesAndPromptPairInAnyConversation() {
        var bytes = new byte[] {1, 2, 3};
        pairing.send(0, interaction("i", "A"));
        pairing.send(
                0,
                interaction("j", "B")
                        .setImages(List.of(new ImageReference("file:a.png", DigestUtils.sha256Hex(bytes))))
                        .setPrompt(Prompts.user(" What is this?\r\n")));
        pairing.send(0, interaction("k", "C").setPrompt(Prompts.user("What else?")));
        pairing.send(1, feedback("1", "i", "r1", new Thumb("A", false)));
        pairing.send(2, feedback("2", "j", "r2", new Thumb("B", true)));
        pairing.send(3, feedback("3", "k", "r3", new Thumb("C", true)));
        pairing.passTime(70);
        assertThat(pairing.outcomes()).isEmpty();
        pairing.passTime(60 * 24 * 3);

        assertThat(pairing.pairs()).singleElement().satisfies(record -> {
            assertThat(record.value().getChosen()).isEqualTo("The answer B.");
            assertThat(record.value().getRejected()).isEqualTo("The answer A.");
            assertThat(record.value().getImages()).singleElement().isInstanceOf(ImageReference.class);
            assertThat(record.value().getProvenance())
                    .isEqualTo(new Provenance("thumbs", List.of("1", "2"), List.of("i", "j"), List.of("r1", "r2")));
        });
        assertThat(pairing.outcomes()).isEqualTo(Map.of("1", "PAIRED", "2", "PAIRED", "3", "NO_COUNTERPART"));
    }

    @Test
    void manyAnswersGoodAndBadMakeAsManyPairsAsTheLongerSideHas() {
        pairing.send(0, interaction("i", "A", "B", "C", "D"));
        pairing.send(1, feedback("1", "i", "r1", new Thumb("A", true)));
        pairing.send(1, feedback("2", "i", "r1", new Thumb("B", false)));
        pairing.send(1, feedback("3", "i", "r1", new Thumb("C", false)));
        pairing.send(1, feedback("4", "i", "r2", new Thumb("C", false)));
        pairing.send(1, feedback("5", "i", "r3", new Thumb("C", true)));
        pairing.send(1, feedback("6", "i", "r1", new Thumb("D", true)));
        pairing.send(1, feedback("7", "i", "r2", new Thumb("D", false)));
        pairing.passTime(60 * 24 * 3);

        assertThat(texts(pairing.pairs()))
                .containsExactlyInAnyOrder("The answer A. > The answer B.", "The answer A. > The answer C.");
        assertThat(pairing.outcomes())
                .isEqualTo(Map.of(
                        "1", "PAIRED",
                        "2", "PAIRED",
                        "3", "PAIRED",
                        "4", "PAIRED",
                        "5", "CONTRADICTED",
                        "6", "TIE",
                        "7", "TIE"));
    }

    @Test
    void anUnpairedThumbBecomesARecordOfOneAnswer() {
        restart(config -> config.withUnpaired(true));
        pairing.send(0, interaction("i", "A"));
        pairing.send(0, interaction("j", "B").setPrompt(Prompts.user("What else?")));
        pairing.send(1, feedback("1", "i", "r", new Thumb("A", true)));
        pairing.send(1, feedback("2", "j", "r", new Thumb("B", false)));
        pairing.passTime(60 * 24 * 3);

        assertThat(pairing.pairs())
                .extracting(TestRecord::value)
                .extracting(
                        PreferencePair::getKind,
                        PreferencePair::getChosen,
                        PreferencePair::getRejected,
                        pair -> pair.getProvenance().getRule())
                .containsExactlyInAnyOrder(
                        tuple("desirable", "The answer A.", "", "unpaired"),
                        tuple("undesirable", "", "The answer B.", "unpaired"));
        assertThat(pairing.outcomes()).isEqualTo(Map.of("1", "PAIRED", "2", "PAIRED"));
    }

    @Test
    void aRuleThatIsOffTakesNothing() {
        restart(config ->
                config.withVote(false).withEdit(false).withRating(false).withThumbs(false));
        pairing.send(0, interaction("i", "A", "B"));
        pairing.send(1, feedback("1", "i", "r", new Preferred("A", "B")));
        pairing.send(1, feedback("2", "i", "r", new Edit("A", "Better.")));
        pairing.send(1, feedback("3", "i", "r", rating("A", 1, 0, 1)));
        pairing.send(1, feedback("4", "i", "r", new Thumb("A", true)));
        pairing.passTime(70);

        assertThat(pairing.pairs()).isEmpty();
        assertThat(pairing.outcomes().values()).containsOnly("RULE_OFF").hasSize(4);
    }

    @Test
    void whatComesAfterSettlingIsTooLateAndWhatComesAgainIsTheSame() {
        pairing.send(0, interaction("i", "A", "B"));
        var said = feedback("1", "i", "r", new Preferred("A", "B"));
        pairing.send(1, said);
        pairing.send(1, said);
        // Within the lateness it waits, and is told then that minds could change until minute 61.
        pairing.send(62, feedback("2", "i", "r", new Preferred("B", "A")));
        pairing.passTime(70);
        pairing.send(71, feedback("3", "i", "r", new Preferred("B", "A")));
        pairing.send(72, said);

        assertThat(pairing.outcomes()).isEqualTo(Map.of("1", "PAIRED", "2", "TOO_LATE", "3", "TOO_LATE"));
        assertThat(pairing.count("mdpo.pairing.duplicates")).isEqualTo(2);
    }

    @Test
    void feedbackWithoutAnInteractionEndsWithinTheBound() {
        pairing.send(0, feedback("1", "i", "r", new Preferred("A", "B")));
        pairing.passTime(60 * 3 + 4);
        assertThat(pairing.outcomes()).isEmpty();
        pairing.passTime(60 * 3 + 5);

        assertThat(pairing.outcomes()).isEqualTo(Map.of("1", "UNKNOWN_INTERACTION"));
    }

    @Test
    void aQuietPartitionFollowsTheClock() {
        pairing.send(0, interaction("i", "A", "B"));
        pairing.send(1, feedback("1", "i", "r", new Preferred("A", "B")));
        pairing.send(1, feedback("2", "i", "r", new Thumb("A", true)));
        pairing.standStill(Duration.ofMinutes(70));
        assertThat(pairing.outcomes()).isEmpty();
        pairing.standStill(Duration.ofMinutes(1));
        assertThat(pairing.outcomes()).isEqualTo(Map.of("1", "PAIRED"));
        pairing.standStill(Duration.ofDays(2));

        assertThat(pairing.outcomes()).isEqualTo(Map.of("2", "NO_COUNTERPART"));
    }

    @Test
    void nothingIsHeldForEver() {
        pairing.send(0, interaction("unrated", "A"));
        pairing.send(0, interaction("i", "A", "B"));
        pairing.send(1, feedback("1", "i", "r", new Preferred("A", "B")));
        pairing.send(1, feedback("2", "i", "r", new Thumb("A", true)));
        pairing.send(1, feedback("3", "orphan", "r", new Thumb("A", true)));
        pairing.passTime(60 * 24 * 3);
        pairing.outcomes();
        pairing.passTime(END);

        // The interaction that moved the time on: itself, where it stands, and its timer.
        assertThat(pairing.held()).isEqualTo(3);
        assertThat(pairing.count("mdpo.pairing.interactions", "end", "unrated")).isEqualTo(2);
    }

    @Test
    void theBytesOfAnInteractionGoWhenItsPairsAreMade() {
        restart(config -> config.withKafka(Map.of("bootstrap.servers", "unused:9092")));
        pairing.send(0, interaction("i", "A", "B"));
        pairing.send(1, feedback("1", "i", "r", new Thumb("A", true)));
        pairing.standStill(Duration.ofHours(2));
        assertThat(pairing.holds("interactions")).isTrue();
        pairing.standStill(Duration.ofDays(2));

        assertThat(pairing.outcomes()).isEqualTo(Map.of("1", "NO_COUNTERPART"));
        assertThat(pairing.holds("interactions")).isFalse();
    }

    @Test
    void whatCannotBeJoinedIsADeadLetter() {
        var serde = AvroSerde.of(Feedback.class);
        var good = feedback("f", "i", "r", new Thumb("A", true)).build();
        pairing.sendFeedback(0, "other", serde.encode(good));
        pairing.sendFeedback(0, null, serde.encode(good));
        pairing.sendFeedback(0, "i", new byte[] {1, 2, 3});
        pairing.sendFeedback(0, "i", null);
        pairing.sendFeedback(
                0,
                "i",
                serde.encode(Feedback.newBuilder(good).setFeedbackId(" ").build()));
        pairing.sendFeedback(
                0,
                "i",
                serde.encode(Feedback.newBuilder(good).setRater("r".repeat(513)).build()));

        assertThat(pairing.letters())
                .extracting(record -> record.value().getReason())
                .containsExactly(
                        "KEY_MISMATCH",
                        "KEY_MISMATCH",
                        "UNDECODABLE_RECORD",
                        "UNDECODABLE_RECORD",
                        "EMPTY_ID",
                        "TEXT_TOO_LONG");
        assertThat(pairing.count("mdpo.pairing.rejected", "reason", "KEY_MISMATCH"))
                .isEqualTo(2);
    }

    @Test
    void feedbackMayBeWrittenInJson() {
        pairing.send(0, interaction("i", "A", "B"));
        pairing.sendFeedback(1, "i", """
                {"id": "f", "rater": "r", "preferred": {"chosen": "B", "rejected": "A"}}
                """.getBytes(UTF_8));
        pairing.sendFeedback(1, "i", "{\"id\": \"g\"}".getBytes(UTF_8));
        pairing.passTime(70);

        assertThat(pairing.outcomes()).isEqualTo(Map.of("f", "PAIRED"));
        assertThat(pairing.letters()).hasSize(1);
    }

    @Test
    void noBytesStopItAndEveryRecordEndsOnce() {
        var random = new Random(20_260_101);
        var serde = AvroSerde.of(Feedback.class);
        pairing.send(0, interaction("i", "A", "B"));
        pairing.send(1, feedback("good", "i", "", new Preferred("A", "B")));
        for (int i = 0; i < 2_000; i++) {
            var bytes = serde.encode(
                    feedback("f" + i, "i", "r" + i, new Preferred("A", "B")).build());
            for (int spoiled = random.nextInt(4); spoiled > 0; spoiled--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            pairing.sendFeedback(1, "i", random.nextInt(50) == 0 ? Arrays.copyOf(bytes, random.nextInt(20)) : bytes);
        }
        pairing.passTime(70);

        var outcomes = pairing.outcomes();
        var letters = pairing.letters();
        assertThat(outcomes.size() + letters.size() + (int) pairing.count("mdpo.pairing.duplicates"))
                .isEqualTo(2_001);
        assertThat(outcomes).containsKey("good");
        assertThat(letters)
                .hasSizeGreaterThan(100)
                .noneMatch(letter -> letter.value().getReason().equals("UNPREPARABLE_PAIR"));
    }

    @Test
    void moreFeedbackThanIsHeldSaysSo() {
        pairing.send(0, interaction("i", "A", "B"));
        for (int i = 0; i <= Limits.HELD; i++) {
            pairing.send(1, feedback("f" + i, "i", "r" + i, new Preferred("A", "B")));
        }
        assertThat(pairing.outcomes()).isEqualTo(Map.of("f" + Limits.HELD, "TOO_MANY"));
        pairing.passTime(70);

        assertThat(pairing.outcomes().values()).containsOnly("PAIRED").hasSize(Limits.HELD);
        assertThat(pairing.pairs()).hasSize(1);
    }

    private static Rating rating(String answer, double value, double lowest, double highest) {
        return new Rating(answer, value, lowest, highest);
    }

    private static List<String> texts(List<TestRecord<byte[], PreferencePair>> pairs) {
        return pairs.stream()
                .map(record ->
                        record.value().getChosen() + " > " + record.value().getRejected())
                .toList();
    }
}
