package io.mdpo.ops.rejected;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.mdpo.ingest.encoding.PairDecoder;
import io.mdpo.schemas.AvroSerde;
import io.mdpo.schemas.PairKind;
import io.mdpo.schemas.Prompts;
import io.mdpo.schemas.avro.ImageReference;
import io.mdpo.schemas.avro.Message;
import io.mdpo.schemas.avro.PreferencePair;
import io.mdpo.schemas.avro.RejectedPair;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class DeadLetterPageTest {
    private static final AvroSerde<PreferencePair> PAIR = AvroSerde.of(PreferencePair.class);

    private static final PairDecoder DECODER = new PairDecoder(Optional.empty());

    @Test
    void aLoginInAnImageReferenceIsNotShown() {
        var page = page(new ImageReference("https://bob:hunter2@images.example/a.png?sig=hunter3", "00"), "a cat");

        assertThat(page)
                .contains("https://***@images.example/a.png?***, sha256 00")
                .doesNotContain("hunter");
    }

    @Test
    void controlCharactersAndMarksOfDirectionAreEscapedAndLongTextsCut() {
        var page = page(new ImageReference("file:a.png", "00"), "\u001b[2J\u202egnp.\u0007\u2028" + "x".repeat(3_000));

        assertThat(page).contains("\\u001b[2J\\u202egnp.\\u0007\\u2028xx").contains("characters more");
        assertThat(page.codePoints().filter(c -> Character.isISOControl(c) && c != '\n'))
                .isEmpty();
    }

    @Test
    void bytesThatAreNoTextAreShownInHexadecimalDigits() {
        assertThat(Printable.bytes(new byte[] {(byte) 0xC3, 0x01})).isEqualTo("0xc301");
        assertThat(Printable.bytes("é".getBytes(UTF_8))).isEqualTo("é");
        assertThat(Printable.bytes(null)).isEqualTo("null");
    }

    @Test
    void everyImageIsShownAndEachPartAtItsPlace() {
        var one = ByteBuffer.wrap(new byte[] {1});
        var two = ByteBuffer.wrap(new byte[] {1, 2});
        var message = new Message("user", List.of(Prompts.image(), Prompts.text("left of"), Prompts.image()));

        var page = page(new PreferencePair(
                "p",
                List.of(one, two),
                List.of(message),
                "yes",
                "no",
                "",
                Instant.EPOCH,
                List.of(two, one),
                PairKind.PAIR.text(),
                null));

        assertThat(page.lines().map(line -> line.replaceAll(" +", " ")))
                .containsSubsequence("user <image>", "user left of", "user <image>")
                .filteredOn(line -> line.startsWith("image") || line.startsWith("corrupted"))
                .extracting(line -> line.replaceAll(", sha256.*", ""))
                .containsExactly("image 1 bytes", "image 2 bytes", "corrupted 2 bytes", "corrupted 1 bytes");
    }

    private static String page(Object image, String chosen) {
        return page(new PreferencePair(
                "p",
                List.of(image),
                Prompts.user("a\nb"),
                chosen,
                "no",
                "",
                Instant.EPOCH,
                List.of(),
                PairKind.PAIR.text(),
                null));
    }

    @Test
    void aPairInJsonIsShownAndSentAgainAsItIsOrUnderANewId() {
        var json = "{\"prompt\": \"Q\", \"chosen\": \"A\", \"rejected\": \"B\", \"id\": \"p\"}".getBytes(UTF_8);

        assertThat(page(json)).containsPattern("pair id +p\n").containsPattern("user +Q\n");
        assertThat(Resend.of(letter(json), "mdpo", DECODER, false))
                .isInstanceOfSatisfying(Resend.Ready.class, ready -> {
                    assertThat(ready.record().key()).isNull();
                    assertThat(ready.record().value()).isEqualTo(json);
                });
        assertThat(Resend.of(letter(json), "mdpo", DECODER, true)).isInstanceOfSatisfying(Resend.Ready.class, ready -> {
            assertThat(ready.record().key()).asString(UTF_8).isEqualTo("p-retry-5");
            assertThat(PAIR.decode(ready.record().value()).getPairId()).isEqualTo("p-retry-5");
        });
    }

    private static String page(PreferencePair pair) {
        return page(PAIR.encode(pair));
    }

    private static DeadLetter letter(byte[] original) {
        var letter = RejectedPair.newBuilder()
                .setStage("ingest")
                .setReason("IMAGE_REFERENCE_REFUSED")
                .setMessage("no")
                .setTopic("mdpo.raw-pairs")
                .setPartition(0)
                .setOffset(1)
                .setTimestamp(Instant.EPOCH)
                .setOriginal(ByteBuffer.wrap(original))
                .build();
        return new DeadLetter(5, Instant.EPOCH, letter, new RecordHeaders());
    }

    private static String page(byte[] original) {
        var text = new StringWriter();
        var out = new PrintWriter(text);
        new DeadLetterPage(out).print(letter(original), DECODER);
        out.flush();
        return text.toString();
    }
}
