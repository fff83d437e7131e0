package io.mdpo.ingest;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/** What must hold of an encoded image, and no decoder checks: that it is all there, and no bomb of a kind of its own. */
final class ImageStructure {
    /** Each scan of a progressive JPEG is a pass over all pixels: real files have about ten, a bomb has thousands. */
    private static final int MAX_JPEG_SCANS = 256;

    private static final int JPEG_START = 0xFFD8;
    private static final int JPEG_SCAN = 0xFFDA;
    private static final int RIFF = 0x52494646;

    private ImageStructure() {}

    /** What is wrong, if anything is. A format that is not known here is left to the decoders. */
    static Optional<String> damage(byte[] image) {
        if (PngChunks.isPng(image)) {
            return PngChunks.damage(image);
        }
        var bytes = ByteBuffer.wrap(image);
        if (image.length >= 2 && Short.toUnsignedInt(bytes.getShort(0)) == JPEG_START) {
            return tooManyScans(bytes);
        }
        if (image.length >= 8 && bytes.getInt(0) == RIFF) {
            return truncatedRiff(bytes);
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

    /** A WebP file is a RIFF file, whose header says how long it is. The decoder reads zeros past the end. */
    private static Optional<String> truncatedRiff(ByteBuffer webp) {
        long declared =
                8 + Integer.toUnsignedLong(webp.order(ByteOrder.LITTLE_ENDIAN).getInt(4));
        return declared > webp.limit()
                ? Optional.of("the WebP ends after %d of %d bytes".formatted(webp.limit(), declared))
                : Optional.empty();
    }
}
