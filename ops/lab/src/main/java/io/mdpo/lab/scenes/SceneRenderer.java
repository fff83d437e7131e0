package io.mdpo.lab.scenes;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;

/**
 * Draws scenes: sprites over a soft gradient with a little noise. The same scene always gives the same pixels. Safe for
 * use by several threads.
 */
public final class SceneRenderer {
    /** Side of a patch of {@link #patchGroups}, in pixels. */
    public static final int PATCH_SIZE = 12;

    /** Patches in each row and column. */
    public static final int PATCH_GRID = Scene.SIZE / PATCH_SIZE;

    /** Number of a patch that shows no object, or too little of one. */
    public static final int BACKGROUND = -1;

    /** A patch belongs to a sprite that covers at least this many of its 144 pixels; bones and keys are thin. */
    private static final int MIN_PATCH_PIXELS = PATCH_SIZE * PATCH_SIZE / 6;

    private static final int HALF_ALPHA = 128;

    private final SpriteSheet sprites;
    private final double haze;

    /** Clear pictures. */
    public SceneRenderer(NounCatalogue catalogue) {
        this(catalogue, 0);
    }

    /** @param haze share of random noise in every pixel, from 0 to below 1: pictures that are hard to see */
    public SceneRenderer(NounCatalogue catalogue, double haze) {
        if (!(haze >= 0 && haze < 1)) {
            throw new IllegalArgumentException("haze is " + haze + "; it lies from 0 to below 1");
        }
        this.haze = haze;
        this.sprites = new SpriteSheet(catalogue, SceneGenerator.MIN_SPRITE_PIXELS, SceneGenerator.MAX_SPRITE_PIXELS);
    }

    /** The picture's pixels as 0xRRGGBB, row by row. */
    public int[] pixels(Scene scene) {
        int[] canvas = new int[Scene.SIZE * Scene.SIZE];
        paintBackground(canvas, scene.seed());
        for (ObjectGroup group : scene.groups()) {
            for (Placement placement : group.placements()) {
                blend(canvas, sprites.sprite(group.noun(), group.colour(), placement.size()), placement);
            }
        }
        if (haze > 0) {
            addHaze(canvas, scene.seed());
        }
        return canvas;
    }

    private void addHaze(int[] canvas, long seed) {
        var random = new SplittableRandom(Bits.mix(~seed));
        for (int i = 0; i < canvas.length; i++) {
            int noise = random.nextInt();
            canvas[i] = (hazy(canvas[i] >> 16, noise >> 16) << 16)
                    | (hazy(canvas[i] >> 8, noise >> 8) << 8)
                    | hazy(canvas[i], noise);
        }
    }

    private int hazy(int sample, int noise) {
        return (int) Math.round((1 - haze) * (sample & 0xFF) + haze * (noise & 0xFF));
    }

    /** The picture with 8 bits a channel, {@link BufferedImage#TYPE_INT_RGB}. */
    public BufferedImage image(Scene scene) {
        var image = new BufferedImage(Scene.SIZE, Scene.SIZE, BufferedImage.TYPE_INT_RGB);
        image.setRGB(0, 0, Scene.SIZE, Scene.SIZE, pixels(scene), 0, Scene.SIZE);
        return image;
    }

    /** The picture as a PNG file. */
    public byte[] png(Scene scene) {
        var out = new ByteArrayOutputStream(16 << 10);
        try {
            ImageIO.write(image(scene), "png", out);
        } catch (IOException e) {
            throw new UncheckedIOException("A picture could not be written to memory as PNG.", e);
        }
        return out.toByteArray();
    }

    /**
     * Writes the picture as (channel, row, column) floats in [0, 1], not normalised.
     *
     * @param out receives 3 * 96 * 96 values
     * @param offset where the first value goes
     */
    public void writeChannelsFirst(Scene scene, float[] out, int offset) {
        int[] pixels = pixels(scene);
        int plane = pixels.length;
        for (int i = 0; i < plane; i++) {
            out[offset + i] = ((pixels[i] >> 16) & 0xFF) / 255f;
            out[offset + plane + i] = ((pixels[i] >> 8) & 0xFF) / 255f;
            out[offset + 2 * plane + i] = (pixels[i] & 0xFF) / 255f;
        }
    }

    /**
     * What the 8 x 8 patches show, row by row: the number of the group in {@link Scene#groups} whose sprite covers most of
     * the patch, at least a sixth of its pixels, or else {@link #BACKGROUND}.
     */
    public int[] patchGroups(Scene scene) {
        int[] shown = new int[PATCH_GRID * PATCH_GRID];
        int[] most = new int[shown.length];
        Arrays.fill(shown, BACKGROUND);
        for (int g = 0; g < scene.groups().size(); g++) {
            var group = scene.groups().get(g);
            for (Placement placement : group.placements()) {
                int[] covered = coverage(sprites.sprite(group.noun(), group.colour(), placement.size()), placement);
                for (int i = 0; i < shown.length; i++) {
                    if (covered[i] >= MIN_PATCH_PIXELS && covered[i] > most[i]) {
                        most[i] = covered[i];
                        shown[i] = g;
                    }
                }
            }
        }
        return shown;
    }

    /** Number of pixels of each patch that the sprite covers. */
    private static int[] coverage(int[] sprite, Placement placement) {
        int[] covered = new int[PATCH_GRID * PATCH_GRID];
        int size = placement.size();
        for (int y = 0; y < size; y++) {
            int row = (placement.top() + y) / PATCH_SIZE * PATCH_GRID;
            for (int x = 0; x < size; x++) {
                if ((sprite[y * size + x] >>> 24) >= HALF_ALPHA) {
                    covered[row + (placement.left() + x) / PATCH_SIZE]++;
                }
            }
        }
        return covered;
    }

    /** A gradient between two pale neighbouring hues in a random direction, with noise of up to 3 steps a channel. */
    private static void paintBackground(int[] canvas, long seed) {
        var random = new SplittableRandom(Bits.mix(seed));
        float hue = (float) random.nextDouble();
        Color from = tint(hue, random);
        Color to = tint(hue + (float) random.nextDouble() * 0.2f - 0.1f, random);
        double angle = random.nextDouble() * 2 * Math.PI;
        float stepX = (float) StrictMath.cos(angle) / Scene.SIZE;
        float stepY = (float) StrictMath.sin(angle) / Scene.SIZE;
        for (int y = 0; y < Scene.SIZE; y++) {
            for (int x = 0; x < Scene.SIZE; x++) {
                float share = 0.5f + 0.7f * ((x - Scene.SIZE / 2f) * stepX + (y - Scene.SIZE / 2f) * stepY);
                int noise = random.nextInt();
                canvas[y * Scene.SIZE + x] = (channel(from.getRed(), to.getRed(), share, noise) << 16)
                        | (channel(from.getGreen(), to.getGreen(), share, noise >>> 8) << 8)
                        | channel(from.getBlue(), to.getBlue(), share, noise >>> 16);
            }
        }
    }

    private static Color tint(float hue, SplittableRandom random) {
        float saturation = 0.12f + 0.20f * (float) random.nextDouble();
        float brightness = 0.86f + 0.12f * (float) random.nextDouble();
        return Color.getHSBColor(hue, saturation, brightness);
    }

    private static int channel(int from, int to, float share, int noise) {
        int value = Math.round(from + (to - from) * share) + (((noise & 0xFF) * 7) >> 8) - 3;
        return Math.max(0, Math.min(255, value));
    }

    private static void blend(int[] canvas, int[] sprite, Placement placement) {
        int size = placement.size();
        for (int y = 0; y < size; y++) {
            int at = (placement.top() + y) * Scene.SIZE + placement.left();
            for (int x = 0; x < size; x++) {
                int source = sprite[y * size + x];
                int rest = 255 - (source >>> 24);
                int below = canvas[at + x];
                canvas[at + x] = (over(source >> 16, below >> 16, rest) << 16)
                        | (over(source >> 8, below >> 8, rest) << 8)
                        | over(source, below, rest);
            }
        }
    }

    private static int over(int premultiplied, int below, int rest) {
        return Math.min(255, (premultiplied & 0xFF) + ((below & 0xFF) * rest + 127) / 255);
    }
}
