package io.mdpo.scorer.image;

import io.mdpo.schemas.image.ImageDecoder;
import io.mdpo.schemas.image.RefusedImageException;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;

/** A decoded picture: 8-bit red, green, blue, rows from the top, three bytes a pixel. Never changed after creation. */
public final class RgbImage {
    private final int width;
    private final int height;
    private final byte[] rgb;

    RgbImage(int width, int height, byte[] rgb) {
        if (width < 1 || height < 1 || rgb.length != 3L * width * height) {
            throw new IllegalArgumentException("%d bytes for %d x %d pixels".formatted(rgb.length, width, height));
        }
        this.width = width;
        this.height = height;
        this.rgb = rgb;
    }

    /** Room for so many pixels; the largest decoded image takes 150 MB. */
    static byte[] allocate(int width, int height) {
        return new byte[Math.multiplyExact(3, Math.multiplyExact(width, height))];
    }

    /**
     * Decodes an image file held in memory: turned upright, on its background, grey repeated, of samples of 16 bits the
     * high byte. Colour profiles are ignored, and so is the transparent colour of an RGB file without an alpha channel; one
     * shade of grey, or of a palette, is transparent where the file says so.
     *
     * @throws RefusedImageException whatever is wrong with the image
     */
    public static RgbImage decode(byte[] encoded, Background background) {
        return Orientation.of(encoded).apply(of(ImageDecoder.WIDEST.decode(encoded), background));
    }

    /** Copies a picture without transparency. */
    public static RgbImage of(BufferedImage image) {
        return of(image, Background.NONE);
    }

    private static RgbImage of(BufferedImage image, Background background) {
        byte[] rgb = allocate(image.getWidth(), image.getHeight());
        if (image.getColorModel() instanceof ComponentColorModel) {
            copySamples(image, background, rgb);
        } else {
            copyColours(image, background, rgb);
        }
        return new RgbImage(image.getWidth(), image.getHeight(), rgb);
    }

    /** Packed pixels and palettes: eight bits a channel. */
    private static void copyColours(BufferedImage image, Background background, byte[] rgb) {
        int[] row = new int[image.getWidth()];
        int i = 0;
        for (int y = 0; y < image.getHeight(); y++) {
            image.getRGB(0, y, row.length, 1, row, 0, row.length);
            for (int argb : row) {
                for (int c = 0; c < 3; c++) {
                    rgb[i++] = (byte) background.behind(argb >> (16 - 8 * c) & 0xFF, argb >>> 24, c);
                }
            }
        }
    }

    /**
     * Samples as they are. Java would take grey for linear light and brighten it, and follow a colour profile that nobody
     * followed when the models were trained.
     */
    private static void copySamples(BufferedImage image, Background background, byte[] rgb) {
        var raster = image.getRaster();
        int bands = raster.getNumBands();
        boolean grey = bands < 3;
        boolean alpha = image.getColorModel().hasAlpha();
        int bits = raster.getSampleModel().getSampleSize(0);
        int[] row = new int[bands * image.getWidth()];
        int i = 0;
        for (int y = 0; y < image.getHeight(); y++) {
            raster.getPixels(0, y, image.getWidth(), 1, row);
            for (int at = 0; at < row.length; at += bands) {
                int opacity = alpha ? eightBits(row[at + bands - 1], bits) : 255;
                for (int c = 0; c < 3; c++) {
                    rgb[i++] = (byte) background.behind(eightBits(row[at + (grey ? 0 : c)], bits), opacity, c);
                }
            }
        }
    }

    /** The high byte of long samples; short ones stretched. */
    private static int eightBits(int sample, int bits) {
        return bits > 8 ? sample >> (bits - 8) : sample * 255 / ((1 << bits) - 1);
    }

    public int width() {
        return width;
    }

    public int height() {
        return height;
    }

    /** One sample, 0 to 255. Channel 0 is red. */
    public int sample(int x, int y, int channel) {
        return rgb[3 * (y * width + x) + channel] & 0xFF;
    }

    /** The rectangle with its corner at (left, top). */
    public RgbImage crop(int left, int top, int cropWidth, int cropHeight) {
        // Subtracted, because sums of hostile numbers wrap around.
        if (left < 0
                || top < 0
                || cropWidth < 1
                || cropHeight < 1
                || left > width - cropWidth
                || top > height - cropHeight) {
            throw new IllegalArgumentException("the crop %d,%d %dx%d leaves the %dx%d image"
                    .formatted(left, top, cropWidth, cropHeight, width, height));
        }
        byte[] part = allocate(cropWidth, cropHeight);
        for (int y = 0; y < cropHeight; y++) {
            System.arraycopy(rgb, 3 * ((top + y) * width + left), part, 3 * y * cropWidth, 3 * cropWidth);
        }
        return new RgbImage(cropWidth, cropHeight, part);
    }

    /** A colour of 8 bits a channel. */
    public record Colour(int red, int green, int blue) {
        public static final Colour BLACK = new Colour(0, 0, 0);

        /** Red, green or blue, by 0, 1 and 2. */
        public int channel(int index) {
            return index == 0 ? red : index == 1 ? green : blue;
        }
    }

    byte[] bytes() {
        return rgb;
    }
}
