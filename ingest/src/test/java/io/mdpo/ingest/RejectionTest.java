package io.mdpo.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.mdpo.ingest.image.Images;
import io.mdpo.schemas.Prompts;
import io.mdpo.schemas.RejectionReason;
import io.mdpo.schemas.Topic;
import io.mdpo.schemas.avro.ImageReference;
import io.mdpo.schemas.avro.Message;
import io.mdpo.schemas.avro.Part;
import io.mdpo.schemas.avro.PreferencePair;
import io.mdpo.schemas.image.PngFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every way in which a raw record is refused by itself; duplicates are in {@link IngestTopologyTest}. */
class RejectionTest {
    @TempDir
    private Path stateDir;

    private TopologyHarness topology;

    @BeforeEach
    void start() {
        topology = new TopologyHarness(stateDir, Optional.empty());
    }

    @AfterEach
    void stop() {
        topology.close();
    }

    static Stream<Arguments> badPairs() {
        var longText = "x".repeat(1_001);
        var jpeg = Images.noise("jpg", 1);
        return Stream.of(
                bad(RejectionReason.EMPTY_PAIR_ID, "pair id", Pairs.good(" ")),
                bad(RejectionReason.TEXT_TOO_LONG, "513", Pairs.good("x".repeat(513))),
                bad(RejectionReason.EMPTY_PROMPT, "0 messages", good().setPrompt(List.of())),
                bad(
                        RejectionReason.EMPTY_PROMPT,
                        "1 messages",
                        good().setPrompt(List.of(Prompts.message("system", "Be brief.")))),
                bad(RejectionReason.EMPTY_PROMPT, "message 1 of 1", good().setPrompt(Pairs.prompt("\u2003\n"))),
                bad(RejectionReason.INVALID_ROLE, "role", good().setPrompt(List.of(Prompts.message("tool", "Hello.")))),
                bad(
                        RejectionReason.INVALID_PART,
                        "message 1 of 1",
                        good().setPrompt(List.of(
                                new Message("user", List.of(new Part("video", ""), Prompts.text("What?")))))),
                bad(
                        RejectionReason.INVALID_PART,
                        "image without text",
                        good().setPrompt(List.of(new Message("user", List.of(new Part("image", "a dog")))))),
                bad(
                        RejectionReason.EMPTY_PROMPT,
                        "message 1 of 1",
                        good().setPrompt(List.of(new Message("user", List.of())))),
                bad(
                        RejectionReason.IMAGE_COUNT_MISMATCH,
                        "1 image parts and the pair 0 images",
                        good().setImages(List.of()).setPrompt(Prompts.aboutImage("What?"))),
                bad(
                        RejectionReason.IMAGE_COUNT_MISMATCH,
                        "2 corrupted images and 1 images",
                        good().setCorruptedImages(
                                        List.of(ByteBuffer.wrap(Images.png()), ByteBuffer.wrap(Images.png())))),
                bad(
                        RejectionReason.TOO_MANY_IMAGES,
                        "65 images",
                        good().setImages(Collections.nCopies(65, ByteBuffer.wrap(Images.png())))),
                bad(
                        RejectionReason.UNDECODABLE_IMAGE,
                        "not PNG",
                        good().setCorruptedImages(List.of(ByteBuffer.wrap(new byte[] {1})))),
                bad(RejectionReason.INVALID_KIND, "none of pair, desirable", good().setKind("Pair")),
                bad(RejectionReason.INVALID_KIND, "the rejected one has a text", good().setKind("desirable")),
                bad(RejectionReason.INVALID_KIND, "the chosen one has a text", good().setKind("undesirable")),
                bad(
                        RejectionReason.EMPTY_CHOSEN,
                        "chosen",
                        good().setKind("desirable").setChosen(" ").setRejected("\n")),
                bad(
                        RejectionReason.EMPTY_REJECTED,
                        "rejected",
                        good().setKind("undesirable").setChosen("").setRejected(" ")),
                bad(RejectionReason.EMPTY_CHOSEN, "chosen", good().setChosen(" \r\n")),
                bad(RejectionReason.EMPTY_REJECTED, "rejected", good().setRejected("")),
                bad(
                        RejectionReason.CHOSEN_EQUALS_REJECTED,
                        "4 characters",
                        good().setChosen("Caf\u00E9 ").setRejected("Cafe\u0301")),
                bad(RejectionReason.TEXT_TOO_LONG, "1001", good().setPrompt(Pairs.prompt(longText))),
                bad(RejectionReason.TEXT_TOO_LONG, "1001", good().setChosen(longText)),
                bad(RejectionReason.TEXT_TOO_LONG, "1001", good().setRejected(longText)),
                bad(RejectionReason.IMAGE_TOO_LARGE, "100001", image(new byte[100_001])),
                bad(RejectionReason.IMAGE_TOO_MANY_PIXELS, "20000000", image(PngFile.declaring(5_000, 4_000))),
                bad(RejectionReason.UNDECODABLE_IMAGE, "not PNG", image(new byte[0])),
                bad(RejectionReason.UNDECODABLE_IMAGE, "not PNG", image("GIF? No.".getBytes(UTF_8))),
                bad(RejectionReason.UNDECODABLE_IMAGE, "ends", image(Arrays.copyOf(jpeg, jpeg.length / 2))),
                bad(
                        RejectionReason.IMAGE_REFERENCE_REFUSED,
                        "image-root",
                        good().setImages(List.of(new ImageReference("file:a.png", "00")))));
    }

    @ParameterizedTest
    @MethodSource("badPairs")
    void aBadPairBecomesADeadLetterWithItsReasonAndItsBytes(RejectionReason reason, String words, PreferencePair pair) {
        var letter = topology.refusal(pair);

        assertThat(letter.getReason()).isEqualTo(reason.name());
        assertThat(letter.getMessage()).contains(words);
        assertThat(letter.getStage()).isEqualTo("ingest");
        assertThat(letter.getOriginal()).isEqualTo(ByteBuffer.wrap(topology.encode(pair)));
        assertThat(letter.getOriginalKey())
                .isEqualTo(ByteBuffer.wrap(pair.getPairId().getBytes(UTF_8)));
        assertThat(topology.count("mdpo.ingest.rejected", "reason", reason.name()))
                .isEqualTo(1);
    }

    @Test
    void aKeyThatIsNotThePairIdIsRefused() {
        var value = topology.encode(Pairs.good("a").build());

        topology.send("b".getBytes(UTF_8), value, TopologyHarness.START, new RecordHeaders());

        var letter = topology.onlyRefusal();
        assertThat(letter.getReason()).isEqualTo(RejectionReason.KEY_MISMATCH.name());
        assertThat(letter.getPairId()).isEqualTo("a");
        assertThat(letter.getOriginalKey()).isEqualTo(ByteBuffer.wrap("b".getBytes(UTF_8)));
    }

    @Test
    void aMissingKeyIsRefused() {
        topology.send(null, topology.encode(Pairs.good("a").build()), TopologyHarness.START, new RecordHeaders());

        var letter = topology.onlyRefusal();
        assertThat(letter.getReason()).isEqualTo(RejectionReason.KEY_MISMATCH.name());
        assertThat(letter.getOriginalKey()).isNull();
    }

    @Test
    void bytesThatAreNotAPairAreKeptAsTheyAre() {
        var pair = topology.encode(Pairs.good("a").build());
        for (var value : List.of(new byte[0], "{}".getBytes(UTF_8), Arrays.copyOf(pair, pair.length / 2))) {
            topology.send("a".getBytes(UTF_8), value, TopologyHarness.START, new RecordHeaders());

            var letter = topology.onlyRefusal();
            assertThat(letter.getReason()).isEqualTo(RejectionReason.UNDECODABLE_RECORD.name());
            assertThat(letter.getOriginal()).isEqualTo(ByteBuffer.wrap(value));
            assertThat(letter.getPairId()).isNull();
        }
    }

    @Test
    void aTextThatClaimsATerabyteIsRefused() {
        var pair = topology.encode(Pairs.good("a").build());
        var value = Arrays.copyOf(pair, 16); // marker and fingerprint, then the length of the pair id
        Arrays.fill(value, 10, 15, (byte) 0x80);
        value[15] = 0x40; // zig-zag varint of 2^40

        topology.send("a".getBytes(UTF_8), value, TopologyHarness.START, new RecordHeaders());

        assertThat(topology.onlyRefusal().getReason()).isEqualTo(RejectionReason.UNDECODABLE_RECORD.name());
    }

    @Test
    void aRecordTooLargeToCopyIsNamedByItsPosition() {
        var value = new byte[Topic.MAX_RECORD_BYTES];

        topology.send("a".getBytes(UTF_8), value, TopologyHarness.START, new RecordHeaders());

        var letter = topology.onlyRefusal();
        assertThat(letter.getOriginal().remaining()).isZero();
        assertThat(letter.getMessage()).contains("test.raw-pairs-0 at offset 0").contains("" + (value.length + 1));
    }

    @Test
    void aPromptOfSoManyTurnsThatNoRecordHoldsThePairIsRefused() {
        var turns = new Message[6_000];
        Arrays.fill(turns, Prompts.message("user", "x".repeat(1_000)));

        var letter = topology.refusal(good().setPrompt(List.of(turns)).build());

        assertThat(letter.getReason()).isEqualTo(RejectionReason.TEXT_TOO_LONG.name());
    }

    @Test
    void aPairThatDoesNotFitIntoARecordBecauseOfItsHeadersOrImagesIsNotCalledALongText() {
        var headers = new RecordHeaders().add("trace", new byte[Topic.MAX_RECORD_BYTES]);

        topology.send("a".getBytes(UTF_8), topology.encode(good().build()), TopologyHarness.START, headers);

        assertThat(topology.onlyRefusal().getReason()).isEqualTo(RejectionReason.RECORD_TOO_LARGE.name());
    }

    private static PreferencePair.Builder good() {
        return Pairs.good("a");
    }

    private static PreferencePair.Builder image(byte[] image) {
        return good().setImages(List.of(ByteBuffer.wrap(image)));
    }

    private static Arguments bad(RejectionReason reason, String words, PreferencePair.Builder pair) {
        return Arguments.of(reason, words, pair.build());
    }
}
