package io.mdpo.scorer.image;

import io.mdpo.schemas.image.EncodedImages;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Locale;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/** A decoded picture: 8-bit red, green, blue, rows from the top, three bytes a pixel. Never changed after creation. */
public final class RgbImage {
    private final int width;
    private final int height;
    private final byte[] rgb;

    RgbImage(int width, int height, byte[] rgb) {
        if (width < 1 || height < 1 || rgb.length != 3 * width * height) {
            throw new IllegalArgumentException("%d bytes for %d x %d pixels".formatted(rgb.length, width, height));
        }
        this.width = width;
        this.height = height;
        this.rgb = rgb;
    }

    /**
     * Decodes an image file held in memory, as Pillow's {@code exif_transpose} and {@code convert("RGB")} do: turned upright,
     * transparency dropped and not blended, grey repeated, colour profiles ignored.
     *
     * <p>Whatever the bytes are, no more than {@link EncodedImages#MAX_PIXELS} pixels are allocated: somebody may write to a
     * topic past ingest, which judges images first.
     *
     * @throws TooLargeException the file has too many bytes or pixels
     * @throws IllegalArgumentException the bytes are no image
     */
    public static RgbImage decode(byte[] encoded) {
        if (encoded.length > EncodedImages.MAX_BYTES) {
            throw new TooLargeException("the image has %d bytes, and at most %d are decoded"
                    .formatted(encoded.length, EncodedImages.MAX_BYTES));
        }
        var damage = EncodedImages.damage(encoded);
        if (damage.isPresent()) {
            throw new IllegalArgumentException("the image cannot be decoded: " + damage.get());
        }
        try {
            ImageIO.setUseCache(false);
            return Orientation.of(encoded).apply(of(read(encoded)));
        } catch (TooLargeException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw new IllegalArgumentException("the image cannot be decoded: " + e.getMessage(), e);
        }
    }

    /** An image whose header declares more than is decoded. */
    public static final class TooLargeException extends IllegalArgumentException {
        private static final long serialVersionUID = 1;

        TooLargeException(String message) {
            super(message);
        }
    }

    private static BufferedImage read(byte[] encoded) throws IOException {
        try (var in = ImageIO.createImageInputStream(new ByteArrayInputStream(encoded))) {
            for (var readers = ImageIO.getImageReaders(in); readers.hasNext(); ) {
                var reader = readers.next();
                try {
                    if (EncodedImages.FORMATS.contains(reader.getFormatName().toLowerCase(Locale.ROOT))) {
                        return read(reader, in);
                    }
                } finally {
                    reader.dispose();
                }
            }
        }
        throw new IOException("no decoder knows this image format");
    }

    private static BufferedImage read(ImageReader reader, ImageInputStream in) throws IOException {
        reader.setInput(in, true, true);
        long pixels = (long) reader.getWidth(0) * reader.getHeight(0);
        if (pixels > EncodedImages.MAX_PIXELS) {
            throw new TooLargeException(
                    "the image has %d pixels, and at most %d are decoded".formatted(pixels, EncodedImages.MAX_PIXELS));
        }
        return reader.read(0);
    }

    /** Copies a picture of any colour model. */
    public static RgbImage of(BufferedImage image) {
        int width = image.getWidth();
        int height = image.getHeight();
        byte[] rgb = new byte[3 * width * height];
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
        byte[] part = new byte[3 * cropWidth * cropHeight];
        for (int y = 0; y < cropHeight; y++) {
            System.arraycopy(rgb, 3 * ((top + y) * width + left), part, 3 * y * cropWidth, 3 * cropWidth);
        }
        return new RgbImage(cropWidth, cropHeight, part);
    }

    /** A colour of 8 bits a channel. */
    record Colour(int red, int green, int blue) {}

    /** The image in the middle of the smallest square that holds it, with bars of a colour at two sides. */
    RgbImage padToSquare(Colour colour) {
        if (width == height) {
            return this;
        }
        int side = Math.max(width, height);
        byte[] padded = new byte[3 * side * side];
        for (int i = 0; i < padded.length; i += 3) {
            padded[i] = (byte) colour.red();
            padded[i + 1] = (byte) colour.green();
            padded[i + 2] = (byte) colour.blue();
        }
        int left = (side - width) / 2;
        int top = (side - height) / 2;
        for (int y = 0; y < height; y++) {
            System.arraycopy(rgb, 3 * y * width, padded, 3 * ((top + y) * side + left), 3 * width);
        }
        return new RgbImage(side, side, padded);
    }

    byte[] bytes() {
        return rgb;
    }
}
