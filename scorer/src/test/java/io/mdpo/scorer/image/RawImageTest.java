package io.mdpo.scorer.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mdpo.schemas.image.HostileImages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pictures as people send them, sample for sample what Pillow, vLLM and Idefics3's processor make of them. */
class RawImageTest {
    private static final Path RAW = Path.of("src/test/resources/golden/raw");

    private static Stream<Path> pictures() throws IOException {
        try (var files = Files.list(RAW)) {
            return files
                    .filter(file -> !file.toString().endsWith("_on_white.png")
                            && !file.toString().endsWith("_dropped.png"))
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    @ParameterizedTest
    @MethodSource("pictures")
    void aPictureIsSeenOnWhite(Path file) throws IOException {
        assertSame(decode(file, Background.WHITE), decode(expected(file, "on_white"), Background.NONE), file);
    }

    @ParameterizedTest
    @MethodSource("pictures")
    void withoutABackgroundTransparencyIsDropped(Path file) throws IOException {
        var dropped = expected(file, "dropped");
        assertSame(
                decode(file, Background.NONE),
                decode(Files.exists(dropped) ? dropped : expected(file, "on_white"), Background.NONE),
                file);
    }

    @Test
    void theCornerOfATransparentPictureHasTheColourOfTheBackground() {
        var transparent = HostileImages.transparent();

        assertThat(corner(transparent, "white")).containsExactly(255, 255, 255);
        assertThat(corner(transparent, "black")).containsExactly(0, 0, 0);
        assertThat(corner(transparent, "#10A0fF")).containsExactly(0x10, 0xA0, 0xFF);
        assertThat(RgbImage.decode(transparent, Background.WHITE).sample(30, 30, 0))
                .isEqualTo(255);
        assertThat(RgbImage.decode(transparent, Background.WHITE).sample(30, 30, 1))
                .isZero();
    }

    /** Where Pillow clips nearly all of them to white. */
    @Test
    void ofGreySamplesOfSixteenBitsTheHighByteIsKept() {
        var ramp = RgbImage.decode(HostileImages.longGrey(), Background.WHITE);

        for (int i = 0; i < 64 * 64; i++) {
            assertThat(ramp.sample(i % 64, i / 64, i % 3)).isEqualTo((i * 16) >> 8);
        }
    }

    @Test
    void oneBackgroundHasOneNameAndANonsensicalOneIsNamed() {
        assertThat(Background.of("White")).hasToString("#ffffff").isEqualTo(Background.of("#FFFFFF"));
        assertThat(Background.of("none")).hasToString("none");
        for (var text : List.of("", "grey", "#fff", "#12345g", "255,255,255")) {
            assertThatThrownBy(() -> Background.of(text)).hasMessageContaining("background is '" + text + "'");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 127, 128, 254, 255})
    void blendingRoundsToTheNearest(int alpha) {
        for (int sample = 0; sample < 256; sample++) {
            assertThat(Background.WHITE.behind(sample, alpha, 0))
                    .isEqualTo((int) Math.round((sample * alpha + 255.0 * (255 - alpha)) / 255));
        }
    }

    private static int[] corner(byte[] image, String background) {
        var decoded = RgbImage.decode(image, Background.of(background));
        return new int[] {decoded.sample(0, 0, 0), decoded.sample(0, 0, 1), decoded.sample(0, 0, 2)};
    }

    private static Path expected(Path file, String ending) {
        return RAW.resolve("%s_%s.png".formatted(file.getFileName().toString().replace('.', '_'), ending));
    }

    private static RgbImage decode(Path file, Background background) throws IOException {
        return RgbImage.decode(Files.readAllBytes(file), background);
    }

    private static void assertSame(RgbImage actual, RgbImage expected, Path file) {
        assertThat(actual.width()).isEqualTo(expected.width());
        assertThat(actual.bytes()).as(file.toString()).isEqualTo(expected.bytes());
    }
}
