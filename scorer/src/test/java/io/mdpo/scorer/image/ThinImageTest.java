package io.mdpo.scorer.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mdpo.schemas.image.EncodedImages;
import io.mdpo.scorer.image.Resampling.Span;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the decoder lets through, every family's processor turns into its pixels, in the memory of the image and those. */
class ThinImageTest {
    private static final Path ROOT = Path.of("src/test/resources/golden");

    private record Settings(String name, ImageProcessor processor) {}

    private record Size(int width, int height) {
        Size turned() {
            return new Size(/* width= */ height, /* height= */ width);
        }
    }

    /** The released settings, and the golden models' small ones. */
    private static List<Settings> processors() {
        return List.of(
                new Settings("LLaVA", new ClipImageProcessor(json("fullsize/llava.json"))),
                new Settings("LLaVA that pads", new ClipImageProcessor(json("fullsize/llava_pad.json"))),
                new Settings("Bunny", new SquareImageProcessor(json("fullsize/bunny.json"), 384)),
                new Settings("Qwen2.5-VL", new QwenImageProcessor(json("fullsize/qwen2_5_vl.json"))),
                new Settings("Idefics3", new TileImageProcessor(json("fullsize/idefics3.json"))),
                new Settings("small LLaVA", new ClipImageProcessor(json("llava/model/preprocessor_config.json"))),
                new Settings("small Qwen", new QwenImageProcessor(json("qwen2_5_vl/model/preprocessor_config.json"))),
                new Settings("small Idefics3", new TileImageProcessor(json("idefics3/model/preprocessor_config.json"))),
                new Settings(
                        "whole Idefics3", new TileImageProcessor(json("idefics3/whole/preprocessor_config.json"))));
    }

    private static Stream<Size> sizes() {
        return Stream.of(
                        new Size(1, 1),
                        new Size(1, 2),
                        new Size(1, 200),
                        new Size(3, 600),
                        new Size(5, 1000),
                        new Size(1003, 777),
                        new Size(20, 4000),
                        new Size(270, 54_000))
                .flatMap(size -> Stream.of(size, size.turned()));
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void everyProcessorTakesTheLongestSidesThatAreDecoded(Size size) {
        assertThat(Math.max(size.width(), size.height()))
                .isLessThanOrEqualTo(EncodedImages.MAX_ASPECT * Math.min(size.width(), size.height()));
        var image = grey(size.width(), size.height());
        for (var settings : processors()) {
            long before = allocated();

            var pixels = settings.processor().process(image);
            float[] values = pixels.values();

            assertThat(allocated() - before)
                    .as("%s of %s", settings.name(), size)
                    .isLessThan((150L << 20) + 6 * 4L * values.length);
            assertThat(values).as("%s of %s", settings.name(), size).isNotEmpty();
            var layout = settings.processor().layout(size.width(), size.height());
            assertThat(layout.grid()).as("%s of %s", settings.name(), size).isEqualTo(pixels.grid());
            assertThat(layout.shape()).as("%s of %s", settings.name(), size).isEqualTo(pixels.shape());
        }
    }

    /** What the longest side would have been as a whole: 3,000 times 336 rows of 336 pixels, of which the middle is taken. */
    @Test
    void theMiddleOfAThinImageIsMadeAlone() {
        var thin = noise(15, 3_000);

        var middle = Resampling.BICUBIC.resize(
                thin, Span.whole(15, 336), Span.middle(3_000, 3_000, 67_200, 336), RgbImage.Colour.BLACK);

        assertThat(middle.bytes())
                .isEqualTo(Resampling.BICUBIC
                        .resize(thin, 336, 67_200)
                        .crop(0, (67_200 - 336) / 2, 336, 336)
                        .bytes());
    }

    @ParameterizedTest
    @CsvSource({"31, 17, 9", "17, 31, 9", "40, 40, 13", "1, 64, 96", "64, 1, 7", "50, 49, 50"})
    void paddingThatIsNotMadeGivesWhatMadePaddingGives(int width, int height, int side) {
        var image = noise(width, height);
        var colour = new RgbImage.Colour(122, 116, 104);
        int square = Math.max(width, height);
        for (var filter : Resampling.values()) {
            var expected = filter.resize(padded(image, square, colour), side, side);

            var actual = filter.resize(
                    image, Span.middle(width, square, side, side), Span.middle(height, square, side, side), colour);

            assertThat(actual.bytes()).isEqualTo(expected.bytes());
        }
    }

    /** The first pass would make 100,000 x 100,000 pixels. */
    @Test
    void anElongatedImageBecomesOneElongatedTheOtherWayInTheMemoryOfBoth() {
        long before = allocated();

        var turned = Resampling.BILINEAR.resize(grey(283, 56_600), 56_600, 283);

        assertThat(allocated() - before).isLessThan(300L << 20);
        assertThat(Arrays.equals(turned.bytes(), grey(56_600, 283).bytes())).isTrue();
    }

    private static RgbImage padded(RgbImage image, int side, RgbImage.Colour colour) {
        byte[] rgb = RgbImage.allocate(side, side);
        int left = (side - image.width()) / 2;
        int top = (side - image.height()) / 2;
        for (int i = 0; i < rgb.length; i++) {
            int x = i / 3 % side - left;
            int y = i / 3 / side - top;
            boolean inside = x >= 0 && x < image.width() && y >= 0 && y < image.height();
            rgb[i] = (byte) (inside ? image.sample(x, y, i % 3) : colour.channel(i % 3));
        }
        return new RgbImage(side, side, rgb);
    }

    private static RgbImage grey(int width, int height) {
        byte[] rgb = RgbImage.allocate(width, height);
        Arrays.fill(rgb, (byte) 80);
        return new RgbImage(width, height, rgb);
    }

    private static RgbImage noise(int width, int height) {
        byte[] rgb = RgbImage.allocate(width, height);
        new Random(width).nextBytes(rgb);
        return new RgbImage(width, height, rgb);
    }

    private static long allocated() {
        return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }

    private static JsonNode json(String file) {
        try {
            return new ObjectMapper().readTree(ROOT.resolve(file).toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
