package io.mdpo.schemas.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.Set;

/** What must hold of an encoded image, and no decoder checks: that it is all there, and no bomb of a kind of its own. */
public final class EncodedImages {
    /** Largest file, in bytes: a record holds it with its texts. */
    public static final int MAX_BYTES = 16 << 20;

    /** Most pixels that any service decodes; ingest may be told to take fewer. Decoded, they take some 500 MB. */
    public static final long MAX_PIXELS = 50_000_000;

    /** Formats, by the names that ImageIO's readers give them in lower case. */
    public static final Set<String> FORMATS = Set.of("png", "jpeg", "gif", "bmp", "webp");

    /** Each scan of a progressive JPEG is a pass over all pixels: real files have about ten, a bomb has thousands. */
    private static final int MAX_JPEG_SCANS = 256;

    private static final int JPEG_START = 0xFFD8;
    private static final int JPEG_SCAN = 0xFFDA;
    private static final int BMP_START = 0x424D;
    private static final int RIFF = 0x52494646;

    /** Where a bitmap says how it is compressed: from 3 on it is a JPEG or PNG of any size, or what no decoder knows. */
    private static final int BMP_COMPRESSION = 14 + 16;

    private static final int BMP_BIT_FIELDS = 3;

    private EncodedImages() {}

    /** What is wrong, if anything is. A format that is not known here is left to the decoders. */
    public static Optional<String> damage(byte[] image) {
        if (PngChunks.isPng(image)) {
            return PngChunks.damage(image);
        }
        var bytes = ByteBuffer.wrap(image);
        int start = image.length >= 2 ? Short.toUnsignedInt(bytes.getShort(0)) : 0;
        if (start == JPEG_START) {
            return tooManyScans(bytes);
        }
        if (start == BMP_START && image.length >= BMP_COMPRESSION + Integer.BYTES) {
            return imageInABitmap(bytes.order(ByteOrder.LITTLE_ENDIAN));
        }
        if (image.length >= 8 && bytes.getInt(0) == RIFF) {
            return WebpChunks.damage(bytes.order(ByteOrder.LITTLE_ENDIAN));
        }
        return Optional.empty();
    }

    /** Pixel data cannot hold the marker of a scan by chance: JPEG escapes every FF in it. */
    private static Optional<String> tooManyScans(ByteBuffer jpeg) {
        int scans = 0;
        for (int i = 2; i + 1 < jpeg.limit(); i++) {
            if (Short.toUnsignedInt(jpeg.getShort(i)) == JPEG_SCAN) {
                scans++;
            }
        }
        return scans > MAX_JPEG_SCANS
                ? Optional.of("the JPEG has %d scans, and at most %d are allowed".formatted(scans, MAX_JPEG_SCANS))
                : Optional.empty();
    }

    /** The JDK's decoder allocates what such a bitmap claims to hold, and decodes it whatever its size. */
    private static Optional<String> imageInABitmap(ByteBuffer bmp) {
        boolean old = bmp.getInt(14) < 40; // a header of OS/2 has no such field
        int compression = bmp.getInt(BMP_COMPRESSION);
        return old || (compression >= 0 && compression <= BMP_BIT_FIELDS)
                ? Optional.empty()
                : Optional.of("the BMP holds an image of another format");
    }
}
