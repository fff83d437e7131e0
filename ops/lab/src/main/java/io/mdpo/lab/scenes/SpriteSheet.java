package io.mdpo.lab.scenes;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import javax.imageio.ImageIO;

/**
 * The bundled sprites in every colour and size that scenes use, ready to be blended: premultiplied ARGB, row by row.
 *
 * <p>Scaling and recolouring are done here, not by Java2D, whose pixels may differ between platforms.
 */
final class SpriteSheet {
    private static final double MIN_SATURATION = 0.25;
    private static final double HUE_WINDOW = 0.12;

    private final Map<Key, int[]> sprites = new HashMap<>();

    SpriteSheet(NounCatalogue catalogue, int minSize, int maxSize) {
        for (Noun noun : catalogue.nouns()) {
            BufferedImage original = read(noun);
            for (Colour colour : Colour.values()) {
                if (noun.takes(colour)) {
                    int[] argb = pixels(original);
                    if (colour != Colour.PLAIN) {
                        recolour(argb, colour);
                    }
                    for (int size = minSize; size <= maxSize; size++) {
                        sprites.put(new Key(noun.id(), colour, size), scale(argb, original.getWidth(), size));
                    }
                }
            }
        }
    }

    /** The sprite's pixels, (size x size). The array is shared: it must not be changed. */
    int[] sprite(Noun noun, Colour colour, int size) {
        int[] pixels = sprites.get(new Key(noun.id(), colour, size));
        if (pixels == null) {
            throw new IllegalArgumentException("There is no sprite of " + noun + " in " + colour + " with " + size
                    + " pixels a side; scenes use other sizes.");
        }
        return pixels;
    }

    private static BufferedImage read(Noun noun) {
        String resource = "/scenes/sprites/" + noun.singular() + ".png";
        try (InputStream png = SpriteSheet.class.getResourceAsStream(resource)) {
            BufferedImage image = png == null ? null : ImageIO.read(png);
            if (image == null || image.getWidth() != image.getHeight()) {
                throw new IOException(resource + " is missing from the class path or is not a square picture.");
            }
            return image;
        } catch (IOException e) {
            throw new UncheckedIOException("The sprite of '" + noun + "' cannot be read.", e);
        }
    }

    private static int[] pixels(BufferedImage image) {
        return image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
    }

    /**
     * Gives every pixel near the sprite's main hue the colour's hue, and moves the mean saturation and brightness of
     * these pixels to the colour's. Shades keep their ratios, so shadows and highlights stay.
     */
    private static void recolour(int[] argb, Colour colour) {
        double mainHue = mainHue(argb);
        double saturation = 0;
        double brightness = 0;
        int count = 0;
        for (int pixel : argb) {
            float[] hsb = hsb(pixel);
            if (isMain(pixel, hsb, mainHue)) {
                saturation += hsb[1];
                brightness += hsb[2];
                count++;
            }
        }
        for (int i = 0; i < argb.length; i++) {
            float[] hsb = hsb(argb[i]);
            if (isMain(argb[i], hsb, mainHue)) {
                float s = (float) Math.min(1, hsb[1] * colour.saturation() * count / saturation);
                float b = (float) Math.min(1, hsb[2] * colour.brightness() * count / brightness);
                argb[i] = (argb[i] & 0xFF000000) | (Color.HSBtoRGB(colour.hue(), s, b) & 0xFFFFFF);
            }
        }
    }

    /** The middle of the most frequent of 24 hue bins over the saturated pixels. */
    private static double mainHue(int[] argb) {
        int[] bins = new int[24];
        int best = 0;
        for (int pixel : argb) {
            float[] hsb = hsb(pixel);
            if ((pixel >>> 24) > 127 && hsb[1] > MIN_SATURATION) {
                int bin = (int) (hsb[0] * bins.length) % bins.length;
                bins[bin]++;
                best = bins[bin] > bins[best] ? bin : best;
            }
        }
        return (best + 0.5) / bins.length;
    }

    private static boolean isMain(int pixel, float[] hsb, double mainHue) {
        double distance = Math.abs(hsb[0] - mainHue);
        return (pixel >>> 24) > 0 && hsb[1] > MIN_SATURATION && Math.min(distance, 1 - distance) < HUE_WINDOW;
    }

    private static float[] hsb(int pixel) {
        return Color.RGBtoHSB((pixel >> 16) & 0xFF, (pixel >> 8) & 0xFF, pixel & 0xFF, null);
    }

    /** Area average: every source pixel counts by the part of it that the target pixel covers. */
    private static int[] scale(int[] argb, int side, int size) {
        int[] scaled = new int[size * size];
        double step = (double) side / size;
        for (int y = 0; y < size; y++) {
            for (int x = 0; x < size; x++) {
                scaled[y * size + x] = average(argb, side, x * step, y * step, step);
            }
        }
        return scaled;
    }

    private static int average(int[] argb, int side, double left, double top, double step) {
        double[] sum = new double[4];
        for (int y = (int) top; y < Math.min(side, top + step); y++) {
            double height = Math.min(y + 1, top + step) - Math.max(y, top);
            for (int x = (int) left; x < Math.min(side, left + step); x++) {
                double weight = height * (Math.min(x + 1, left + step) - Math.max(x, left));
                int pixel = argb[y * side + x];
                double alpha = weight * (pixel >>> 24);
                sum[0] += alpha;
                sum[1] += alpha * ((pixel >> 16) & 0xFF) / 255;
                sum[2] += alpha * ((pixel >> 8) & 0xFF) / 255;
                sum[3] += alpha * (pixel & 0xFF) / 255;
            }
        }
        int average = 0;
        for (double channel : sum) {
            average = (average << 8) | (int) Math.min(255, Math.round(channel / (step * step)));
        }
        return average;
    }

    private record Key(int noun, Colour colour, int size) {}
}
