package io.mdpo.scorer.image;

import com.drew.imaging.ImageMetadataReader;
import com.drew.imaging.ImageProcessingException;
import com.drew.metadata.exif.ExifIFD0Directory;
import java.io.ByteArrayInputStream;
import java.io.IOException;

/** How a camera was held: the orientations of Exif, 1 to 8. */
enum Orientation {
    UPRIGHT(false, false, false),
    MIRRORED(false, true, false),
    UPSIDE_DOWN(false, true, true),
    MIRRORED_UPSIDE_DOWN(false, false, true),
    TRANSPOSED(true, false, false),
    TURNED_RIGHT(true, false, true),
    TRANSVERSED(true, true, true),
    TURNED_LEFT(true, true, false);

    private final boolean swapped;
    private final boolean fromRight;
    private final boolean fromBottom;

    /** What a pixel of the upright picture reads: axes swapped, then columns from the right, rows from the bottom. */
    Orientation(boolean swapped, boolean fromRight, boolean fromBottom) {
        this.swapped = swapped;
        this.fromRight = fromRight;
        this.fromBottom = fromBottom;
    }

    /** The orientation that an image file notes; upright if it notes none or a wrong one. */
    static Orientation of(byte[] encoded) {
        try {
            var exif = ImageMetadataReader.readMetadata(new ByteArrayInputStream(encoded))
                    .getFirstDirectoryOfType(ExifIFD0Directory.class);
            var noted = exif == null ? null : exif.getInteger(ExifIFD0Directory.TAG_ORIENTATION);
            return noted == null || noted < 1 || noted > values().length ? UPRIGHT : values()[noted - 1];
        } catch (ImageProcessingException | IOException e) {
            return UPRIGHT;
        }
    }

    /** The picture turned upright. */
    RgbImage apply(RgbImage image) {
        if (this == UPRIGHT) {
            return image;
        }
        int width = swapped ? image.height() : image.width();
        int height = swapped ? image.width() : image.height();
        byte[] rgb = new byte[3 * width * height];
        int i = 0;
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int column = swapped ? y : x;
                int row = swapped ? x : y;
                column = fromRight ? image.width() - 1 - column : column;
                row = fromBottom ? image.height() - 1 - row : row;
                for (int c = 0; c < 3; c++) {
                    rgb[i++] = (byte) image.sample(column, row, c);
                }
            }
        }
        return new RgbImage(width, height, rgb);
    }
}
