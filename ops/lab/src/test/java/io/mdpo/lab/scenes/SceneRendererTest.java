package io.mdpo.lab.scenes;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SceneRendererTest {
    private static final NounCatalogue CATALOGUE = NounCatalogue.load();
    private static final SceneRenderer RENDERER = new SceneRenderer(CATALOGUE);

    private static Noun noun(String word) {
        return CATALOGUE.singular(word).orElseThrow();
    }

    private static Scene scene(String word, Colour colour, Placement... placements) {
        return new Scene(1, List.of(new ObjectGroup(noun(word), colour, List.of(placements))));
    }

    private static long pixelHash(SceneRenderer renderer) {
        var hash = new CRC32();
        new SceneGenerator(CATALOGUE, 3).scenes(Split.TRAIN).limit(100).forEach(scene -> IntStream.of(
                        renderer.pixels(scene))
                .forEach(pixel -> {
                    hash.update(pixel);
                    hash.update(pixel >> 8);
                    hash.update(pixel >> 16);
                }));
        return hash.getValue();
    }

    @Test
    void aHundredScenesHaveThePixelsTheyHadWhenTheBundledModelWasTrained() {
        assertThat(pixelHash(RENDERER)).isEqualTo(pixelHash(new SceneRenderer(CATALOGUE)));
        assertThat(Long.toHexString(pixelHash(RENDERER)))
                .as("another value means that the bundled model no longer sees the pictures it was trained on")
                .isEqualTo("3899ffdf");
    }

    @Test
    void pngAndFloatsHoldThePixels() throws IOException {
        Scene scene = new SceneGenerator(CATALOGUE, 3).scene(Split.TRAIN, 0);
        int[] pixels = RENDERER.pixels(scene);
        var decoded = ImageIO.read(new ByteArrayInputStream(RENDERER.png(scene)));
        int[] fromPng = decoded.getRGB(0, 0, 96, 96, null, 0, 96);
        assertThat(Arrays.stream(fromPng).map(pixel -> pixel & 0xFFFFFF)).containsExactly(boxed(pixels));
        float[] floats = new float[3 * 96 * 96 + 5];
        RENDERER.writeChannelsFirst(scene, floats, 5);
        int at = 50 * 96 + 17;
        assertThat(floats[5 + at]).isEqualTo((pixels[at] >> 16) / 255f);
        assertThat(floats[5 + 96 * 96 + at]).isEqualTo(((pixels[at] >> 8) & 0xFF) / 255f);
        assertThat(floats[5 + 2 * 96 * 96 + at]).isEqualTo((pixels[at] & 0xFF) / 255f);
    }

    private static Integer[] boxed(int[] values) {
        return Arrays.stream(values).boxed().toArray(Integer[]::new);
    }

    @Test
    void patchesUnderASolidSpriteAreLabelledAndAllOthersAreBackground() {
        // A heart of 24 pixels at (24, 48) fills columns 2 and 3 of rows 4 and 5, but for its lower corners.
        int[] expected = new int[64];
        Arrays.fill(expected, SceneRenderer.BACKGROUND);
        for (int patch : new int[] {4 * 8 + 2, 4 * 8 + 3, 5 * 8 + 2, 5 * 8 + 3}) {
            expected[patch] = 0;
        }
        assertThat(RENDERER.patchGroups(scene("heart", Colour.GREEN, new Placement(24, 48, 24))))
                .containsExactly(expected);
    }

    @Test
    void aPatchSharedByTwoSpritesBelongsToTheOneThatCoversMoreOfIt() {
        // Column 2 is x = 24..35: the left gift (8..31) covers 8 of its columns, the right one (32..55) covers 4.
        // In reading order the gift is group 0.
        int[] groups = RENDERER.patchGroups(new Scene(
                1,
                List.of(
                        new ObjectGroup(noun("lock"), Colour.PLAIN, List.of(new Placement(32, 0, 24))),
                        new ObjectGroup(noun("gift"), Colour.PLAIN, List.of(new Placement(8, 0, 24))))));
        assertThat(groups[8 + 2]).isEqualTo(0);
        assertThat(groups[8 + 3]).isEqualTo(1);
    }

    @Test
    void everyObjectOfASceneHasALabelledPatch() {
        new SceneGenerator(CATALOGUE, 3).scenes(Split.TRAIN).limit(3_000).forEach(scene -> {
            int[] shown = RENDERER.patchGroups(scene);
            for (int g = 0; g < scene.groups().size(); g++) {
                int group = g;
                for (Placement placement : scene.groups().get(g).placements()) {
                    assertThat(IntStream.range(0, 64)
                                    .filter(i -> touches(i, placement))
                                    .filter(i -> shown[i] == group))
                            .as(
                                    "patches of %s in scene %s",
                                    scene.groups().get(g).noun(), scene.id())
                            .isNotEmpty();
                }
            }
        });
    }

    private static boolean touches(int patch, Placement placement) {
        return new Placement(patch % 8 * 12, patch / 8 * 12, 12).overlaps(placement);
    }

    @ParameterizedTest
    @EnumSource(names = "PLAIN", mode = EnumSource.Mode.EXCLUDE)
    void aColouredObjectShowsItsColourInItsMiddle(Colour colour) {
        for (String word : List.of("heart", "dress", "shirt", "book", "balloon")) {
            int pixel = RENDERER.pixels(scene(word, colour, new Placement(0, 0, 28)))[12 * 96 + 14];
            float[] hsb = Color.RGBtoHSB(pixel >> 16, (pixel >> 8) & 0xFF, pixel & 0xFF, null);
            assertThat(Math.abs(hsb[0] - colour.hue())).as(word).isLessThan(0.02f);
            assertThat(hsb[1]).as(word).isGreaterThan(0.4f);
        }
    }
}
