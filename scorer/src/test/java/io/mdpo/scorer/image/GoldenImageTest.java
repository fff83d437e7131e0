package io.mdpo.scorer.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** A photo-sized scene through the released models' preprocessing settings, sample for sample what transformers makes. */
class GoldenImageTest {
    private static final Path ROOT = Path.of("src/test/resources/golden");

    private final RgbImage scene = decode(ROOT.resolve("images/photo_landscape.png"));

    @Test
    void llavaResizesTheShortEdgeAndCutsTheMiddle() {
        assertWhole(new ClipImageProcessor(config("llava")), "llava", config("llava"));
    }

    @Test
    void llavaPadsToASquareWhereItsSettingsSaySo() {
        assertWhole(new ClipImageProcessor(config("llava_pad")), "llava_pad", config("llava_pad"));
    }

    @Test
    void bunnyPadsToAGreySquare() {
        assertWhole(new SquareImageProcessor(config("bunny"), 384), "bunny", config("bunny"));
    }

    @Test
    void qwenResizesBothSidesToWholeSquaresOfPatches() {
        var pixels = new QwenImageProcessor(config("qwen2_5_vl")).process(scene);
        var expected = decode(ROOT.resolve("fullsize/qwen2_5_vl.png"));
        assertThat(pixels.grid()).isEqualTo(new ImageGrid(expected.height() / 14, expected.width() / 14));
        assertThat(pixels.held()).isEqualTo(3L * expected.width() * expected.height());

        float[] values = pixels.values();
        int at = 0;
        for (int square = 0; square < pixels.grid().rows() * pixels.grid().columns() / 4; square++) {
            int squares = pixels.grid().columns() / 2;
            for (int within = 0; within < 4; within++) {
                int top = (square / squares * 2 + within / 2) * 14;
                int left = (square % squares * 2 + within % 2) * 14;
                for (int i = 0; i < 3 * 2 * 14 * 14; i++) {
                    int c = i / (2 * 14 * 14);
                    int sample = expected.sample(left + i % 14, top + i / 14 % 14, c);
                    assertSample(values[at++], sample, c, config("qwen2_5_vl"));
                }
            }
        }
        assertThat(at).isEqualTo(values.length);
    }

    @Test
    void ideficsMakesTilesAndTheWholeImageAsTheLast() {
        var pixels = new TileImageProcessor(config("idefics3")).process(scene);
        var tiles = decode(ROOT.resolve("fullsize/idefics3.png"));
        var whole = decode(ROOT.resolve("fullsize/idefics3_global.png"));
        int side = whole.width();
        assertThat(pixels.grid()).isEqualTo(new ImageGrid(tiles.height() / side, tiles.width() / side));
        assertThat(pixels.held()).isEqualTo(3L * tiles.width() * tiles.height() + 3L * side * side);

        float[] values = pixels.values();
        int at = 0;
        int columns = pixels.grid().columns();
        for (int tile = 0; tile <= pixels.grid().rows() * columns; tile++) {
            boolean last = tile == pixels.grid().rows() * columns;
            for (int i = 0; i < 3 * side * side; i++) {
                int x = i % side;
                int y = i / side % side;
                int c = i / (side * side);
                int sample = last
                        ? whole.sample(x, y, c)
                        : tiles.sample(tile % columns * side + x, tile / columns * side + y, c);
                assertSample(values[at++], sample, c, config("idefics3"));
            }
        }
        assertThat(at).isEqualTo(values.length);
    }

    private void assertWhole(ImageProcessor processor, String name, JsonNode config) {
        var pixels = processor.process(scene);
        var expected = decode(ROOT.resolve("fullsize").resolve(name + ".png"));
        assertThat(pixels.shape()).containsExactly(1, 3, expected.height(), expected.width());
        assertThat(pixels.held()).isEqualTo(3L * expected.width() * expected.height());
        float[] values = pixels.values();
        int at = 0;
        for (int c = 0; c < 3; c++) {
            for (int y = 0; y < expected.height(); y++) {
                for (int x = 0; x < expected.width(); x++) {
                    assertSample(values[at++], expected.sample(x, y, c), c, config);
                }
            }
        }
    }

    private static void assertSample(float value, int sample, int channel, JsonNode config) {
        double mean = config.path("image_mean").path(channel).asDouble();
        double deviation = config.path("image_std").path(channel).asDouble();
        double expected = (sample / 255.0 - mean) / deviation;
        if (!(Math.abs(value - expected) < 1e-5)) { // An assertion object a sample would take minutes.
            assertThat((double) value).isEqualTo(expected);
        }
    }

    private final ObjectMapper json = new ObjectMapper();
    private final java.util.Map<String, JsonNode> configs = new java.util.HashMap<>();

    private JsonNode config(String name) {
        return configs.computeIfAbsent(name, key -> {
            try {
                return json.readTree(
                        ROOT.resolve("fullsize").resolve(key + ".json").toFile());
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }

    private static RgbImage decode(Path file) {
        try {
            return RgbImage.decode(Files.readAllBytes(file), Background.NONE);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
