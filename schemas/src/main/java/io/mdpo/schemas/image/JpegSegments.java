package io.mdpo.schemas.image;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/** Walks the marker segments of a JPEG (ITU-T T.81, annex B). */
final class JpegSegments {
    private static final int START = 0xFFD8;
    private static final int SCAN = 0xDA;
    private static final int APP1 = 0xE1;
    private static final byte[] EXIF = {'E', 'x', 'i', 'f', 0, 0};

    /** Each scan of a progressive JPEG is a pass over all pixels: real files have about ten, a bomb has thousands. */
    private static final int MAX_SCANS = 256;

    private JpegSegments() {}

    static boolean isJpeg(byte[] bytes) {
        return bytes.length >= 2 && Short.toUnsignedInt(ByteBuffer.wrap(bytes).getShort()) == START;
    }

    /** What is wrong, if anything is. Pixel data cannot hold a scan's marker by chance: JPEG escapes every FF in it. */
    static Optional<String> damage(byte[] jpeg) {
        int scans = 0;
        for (int i = 2; i + 1 < jpeg.length; i++) {
            if (jpeg[i] == (byte) 0xFF && jpeg[i + 1] == (byte) SCAN) {
                scans++;
            }
        }
        return scans > MAX_SCANS
                ? Optional.of("the JPEG has %d scans, and at most %d are allowed".formatted(scans, MAX_SCANS))
                : Optional.empty();
    }

    /** What follows the letters Exif in the first segment that has them, before the pixels. */
    static Optional<ByteBuffer> exif(byte[] jpeg) {
        var in = ByteBuffer.wrap(jpeg).position(2);
        while (in.remaining() >= 4 && in.get() == (byte) 0xFF) {
            int marker = Byte.toUnsignedInt(in.get());
            if (marker == 0xFF) {
                in.position(in.position() - 1); // markers may stand behind any number of these
                continue;
            }
            if (marker == SCAN) {
                break;
            }
            int length = Short.toUnsignedInt(in.getShort()) - 2;
            if (length < 0 || length > in.remaining()) {
                break;
            }
            int at = in.position();
            if (marker == APP1
                    && length >= EXIF.length
                    && Arrays.equals(jpeg, at, at + EXIF.length, EXIF, 0, EXIF.length)) {
                return Optional.of(in.slice(at + EXIF.length, length - EXIF.length));
            }
            in.position(at + length);
        }
        return Optional.empty();
    }
}
