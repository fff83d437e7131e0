package io.mdpo.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.mdpo.ingest.HeldOutShare.Side;
import io.mdpo.schemas.PairKind;
import io.mdpo.schemas.avro.PreferencePair;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HeldOutShareTest {
    private static final HeldOutShare FIFTH = new HeldOutShare(0.2, "salt");

    /** The numbers come from three lines of Python's hashlib: sha256(salt + sha256(image)), first 53 bits. */
    @Test
    void aPictureIsHeldOutByTheHashOfSaltAndDigest() {
        var heldOut = IntStream.range(1, 40).filter(i -> FIFTH.of(about(i)) == Side.HELD_OUT);

        assertThat(heldOut).containsExactly(8, 10, 12, 25, 26, 31, 32, 35);
    }

    @Test
    void theShareOfManyPicturesIsTheOneThatWasAskedFor() {
        long heldOut = IntStream.range(0, 10_000)
                .filter(i -> FIFTH.of(about(i)) == Side.HELD_OUT)
                .count();

        // Four standard deviations of a binomial.
        assertThat(heldOut).isBetween(2_000L - 160, 2_000L + 160);
    }

    @Test
    void aLargerShareHoldsOutWhatASmallerOneDoes() {
        var half = new HeldOutShare(0.5, "salt");

        assertThat(IntStream.range(0, 500).filter(i -> FIFTH.of(about(i)) == Side.HELD_OUT))
                .allSatisfy(i -> assertThat(half.of(about(i))).isEqualTo(Side.HELD_OUT));
    }

    @Test
    void anotherSaltHoldsOutOtherPictures() {
        var other = new HeldOutShare(0.2, "pepper");

        assertThat(IntStream.range(0, 100).filter(i -> other.of(about(i)) != FIFTH.of(about(i))))
                .hasSizeBetween(16, 48);
    }

    @Test
    void nothingIsHeldOutOfAShareOfZero() {
        var nothing = new HeldOutShare(0, "salt");

        assertThat(IntStream.range(0, 500).mapToObj(i -> nothing.of(about(i)))).containsOnly(Side.LEARNED);
    }

    @Test
    void promptAndAnswersDoNotMatterWhereThereIsAPicture() {
        var other = PreferencePair.newBuilder(about(8))
                .setPrompt(Pairs.prompt("What else?"))
                .setChosen("Nothing.")
                .build();

        assertThat(FIFTH.of(other)).isEqualTo(Side.HELD_OUT);
    }

    @Test
    void aPairWithoutPicturesGoesByItsPrompt() {
        var prompts = IntStream.range(0, 100).mapToObj(i -> Pairs.prompt("Question " + i));
        var heldOut = prompts.filter(prompt -> {
                    var pair = Pairs.good("a").setImages(List.of()).setPrompt(prompt);
                    var side = FIFTH.of(pair.build());
                    assertThat(FIFTH.of(pair.setChosen("Another answer.").build()))
                            .isEqualTo(side);
                    return side == Side.HELD_OUT;
                })
                .count();

        assertThat(heldOut).isBetween(4L, 36L);
    }

    @Test
    void picturesOfBothSidesBelongToNeither() {
        assertThat(FIFTH.of(about(1, 8))).isEqualTo(Side.BOTH);
        assertThat(FIFTH.of(about(1, 2))).isEqualTo(Side.LEARNED);
        assertThat(FIFTH.of(about(8, 10))).isEqualTo(Side.HELD_OUT);
    }

    @Test
    void aCorruptedImageOfTheHeldOutShareKeepsAPairFromTheLearnerAndNotTheOtherWayRound() {
        assertThat(FIFTH.of(corrupted(1, 8))).isEqualTo(Side.BOTH);
        assertThat(FIFTH.of(corrupted(8, 1))).isEqualTo(Side.HELD_OUT);
        var untouched = PreferencePair.newBuilder(about(1))
                .setCorruptedImages(List.of(ByteBuffer.allocate(0)))
                .build();
        assertThat(FIFTH.of(untouched)).isEqualTo(Side.LEARNED);
    }

    private static PreferencePair corrupted(int image, int corrupted) {
        return PreferencePair.newBuilder(about(image))
                .setCorruptedImages(List.of(picture(corrupted)))
                .build();
    }

    /** Not the builder, which makes a picture and copies it. */
    private static PreferencePair about(int... pictures) {
        return new PreferencePair(
                "a",
                List.copyOf(IntStream.of(pictures)
                        .mapToObj(HeldOutShareTest::picture)
                        .toList()),
                Pairs.prompt("What is it?"),
                "A dog.",
                "A cat.",
                "",
                Instant.EPOCH,
                List.of(),
                PairKind.PAIR.text(),
                null);
    }

    private static ByteBuffer picture(int number) {
        return ByteBuffer.wrap(("picture-" + number).getBytes(UTF_8));
    }
}
