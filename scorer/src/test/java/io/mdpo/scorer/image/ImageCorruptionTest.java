package io.mdpo.scorer.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.mdpo.operator.SettingException;
import io.mdpo.schemas.avro.Corruption;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ImageCorruptionTest {
    private final RgbImage original = image(40, 30, 1);
    private final RgbImage other = image(20, 20, 2);

    @ParameterizedTest
    @EnumSource(CorruptionKind.class)
    void theSameRecordGivesTheSamePixelsInTheSizeOfTheOriginal(CorruptionKind kind) {
        var corrupted = corrupted(kind, "pair-1", 7);

        assertThat(corrupted.width()).isEqualTo(40);
        assertThat(corrupted.height()).isEqualTo(30);
        assertThat(corrupted.bytes()).isNotEqualTo(original.bytes());
        assertThat(corrupted(kind, "pair-1", 7).bytes()).isEqualTo(corrupted.bytes());
    }

    @Test
    void cropsAndNoiseDifferByPairAndSeed() {
        for (var kind : new CorruptionKind[] {CorruptionKind.CROP, CorruptionKind.NOISE}) {
            var corrupted = corrupted(kind, "pair-1", 7).bytes();
            assertThat(corrupted(kind, "pair-2", 7).bytes()).as("%s", kind).isNotEqualTo(corrupted);
            assertThat(corrupted(kind, "pair-1", 8).bytes()).as("%s", kind).isNotEqualTo(corrupted);
        }
    }

    @Test
    void noiseMixesByItsStrength() {
        var black = new RgbImage(50, 50, new byte[3 * 50 * 50]);
        var record = config(CorruptionKind.NOISE, 1).withStrength(0.5).draw("pair", 50, 50);
        var noisy = ImageCorruption.apply(record, "pair", black, Optional.empty());

        double sum = 0;
        int most = 0;
        for (byte sample : noisy.bytes()) {
            sum += sample & 0xFF;
            most = Math.max(most, sample & 0xFF);
        }
        // Half of a uniform sample from 0 to 255.
        assertThat(sum / noisy.bytes().length).isBetween(61.0, 67.0);
        assertThat(most).isEqualTo(128);
    }

    @Test
    void blankIsGreyAndTheGivenImageIsItsOwn() {
        assertThat(corrupted(CorruptionKind.BLANK, "pair", 1).bytes()).containsOnly(127);
        assertThat(corrupted(CorruptionKind.GIVEN, "pair", 1).bytes())
                .isEqualTo(Resampling.BILINEAR.resize(other, 40, 30).bytes());
    }

    @Test
    void aPairWithoutACorruptedImageIsRefusedWhereOneIsAskedFor() {
        var record = config(CorruptionKind.GIVEN, 1).draw("pair", 40, 30);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> ImageCorruption.apply(record, "pair", original, Optional.empty()))
                .withMessageContaining("no corrupted image");
    }

    /** Somebody may write to scored-pairs past the scorer; two of these wrapped around to a rectangle inside the image. */
    @ParameterizedTest
    @CsvSource({
        "crop, 0, 0, -24, 1",
        "crop, 0, 0, 1, 0",
        "crop, 39, 0, 2147483647, 1",
        "crop, 0, 2147483647, 1, 1",
        "crop, -1, 0, 1, 1",
        "blur, 0, 0, -1000000, 0",
        "noise, 0, 0, 2, 0",
        "squint, 0, 0, 1, 1"
    })
    void aRecordThatFitsNoImageIsRefused(String kind, int left, int top, int widthOrStrength, int height) {
        var record = new Corruption(0, kind, 1L, left, top, widthOrStrength, height, (double) widthOrStrength);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> ImageCorruption.apply(record, "pair", original, Optional.empty()));
    }

    @Test
    void settingsOutOfRangeAreNamed() {
        assertThatExceptionOfType(SettingException.class)
                .isThrownBy(() -> config(CorruptionKind.CROP, 0)
                        .with(areas -> areas.minArea(0.5).maxArea(0.1)))
                .withMessageContaining("min-area");
        assertThatExceptionOfType(SettingException.class)
                .isThrownBy(() -> config(CorruptionKind.BLUR, 0).withStrength(0))
                .withMessageContaining("strength");
    }

    private RgbImage corrupted(CorruptionKind kind, String pairId, long seed) {
        var record = config(kind, seed).draw(pairId, original.width(), original.height());
        return ImageCorruption.apply(record, pairId, original, Optional.of(other));
    }

    private static CorruptionConfig config(CorruptionKind kind, long seed) {
        return CorruptionConfig.crop(seed).withKind(kind);
    }

    private static RgbImage image(int width, int height, long seed) {
        var random = new SplittableRandom(seed);
        byte[] rgb = new byte[3 * width * height];
        random.nextBytes(rgb);
        return new RgbImage(width, height, rgb);
    }
}
