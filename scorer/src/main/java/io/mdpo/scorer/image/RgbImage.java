package io.mdpo.scorer.image;

import io.mdpo.schemas.image.ImageDecoder;
import io.mdpo.schemas.image.RefusedImageException;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;

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
     * Decodes an image file held in memory, as Pillow's {@code exif_transpose} and {@code convert("RGB")} do: turned upright,
     * transparency dropped and not blended, grey repeated, colour profiles ignored.
     *
     * @throws RefusedImageException whatever is wrong with the image
     */
    public static RgbImage decode(byte[] encoded) {
        return Orientation.of(encoded).apply(of(ImageDecoder.WIDEST.decode(encoded)));
    }

    /** Copies a picture of any colour model. */
    public static RgbImage of(BufferedImage image) {
        int width = image.getWidth();
        int height = image.getHeight();
        byte[] rgb = allocate(width, height);
        if (image.getColorModel().getColorSpace().getType() == ColorSpace.TYPE_GRAY) {
            copyGrey(image, rgb);
        } else {
            int[] row = new int[width];
            int i = 0;
            for (int y = 0; y < height; y++) {
                image.getRGB(0, y, width, 1, row, 0, width);
                for (int argb : row) {
                    rgb[i++] = (byte) (argb >> 16);
                    rgb[i++] = (byte) (argb >> 8);
                    rgb[i++] = (byte) argb;
                }
            }
        }
        return new RgbImage(width, height, rgb);
    }

    /** Java takes grey for linear light and brightens it; these are the samples as they are, the high byte of long ones. */
    private static void copyGrey(BufferedImage image, byte[] rgb) {
        var raster = image.getRaster();
        int bits = raster.getSampleModel().getSampleSize(0);
        int[] row = new int[image.getWidth()];
        int i = 0;
        for (int y = 0; y < image.getHeight(); y++) {
            raster.getSamples(0, y, row.length, 1, 0, row);
            for (int sample : row) {
                byte grey = (byte) (bits > 8 ? sample >> (bits - 8) : sample * 255 / ((1 << bits) - 1));
                rgb[i++] = grey;
                rgb[i++] = grey;
                rgb[i++] = grey;
            }
        }
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
    record Colour(int red, int green, int blue) {
        static final Colour BLACK = new Colour(0, 0, 0);

        int channel(int index) {
            return index == 0 ? red : index == 1 ? green : blue;
        }
    }

    byte[] bytes() {
        return rgb;
    }
}
