package io.mdpo.scorer.image;

import com.twelvemonkeys.imageio.metadata.tiff.TIFF;
import com.twelvemonkeys.imageio.metadata.tiff.TIFFReader;
import com.twelvemonkeys.imageio.stream.ByteArrayImageInputStream;
import io.mdpo.schemas.image.EncodedImages;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

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

    /**
     * As much of Exif as is read, in bytes. The orientation is among the first entries, and the whole would be a door: the
     * reader follows every pointer and copies every value, and many of them may name the same bytes.
     */
    private static final int START = 1024;

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
        return EncodedImages.exif(encoded).flatMap(Orientation::noted).orElse(UPRIGHT);
    }

    private static Optional<Orientation> noted(ByteBuffer exif) {
        byte[] start = new byte[Math.min(exif.remaining(), START)];
        exif.get(start);
        try (var in = new ByteArrayImageInputStream(start)) {
            var entry = new TIFFReader().read(in).getEntryById(TIFF.TAG_ORIENTATION);
            int noted = entry != null && entry.getValue() instanceof Number number ? number.intValue() : 0;
            return noted < 1 || noted > values().length ? Optional.empty() : Optional.of(values()[noted - 1]);
        } catch (IOException | RuntimeException e) {
            return Optional.empty();
        }
    }

    /** The picture turned upright. */
    RgbImage apply(RgbImage image) {
        if (this == UPRIGHT) {
            return image;
        }
        int width = swapped ? image.height() : image.width();
        int height = swapped ? image.width() : image.height();
        byte[] rgb = RgbImage.allocate(width, height);
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
