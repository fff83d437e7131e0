package io.mdpo.schemas.image;

import java.awt.Dimension;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Walks the marker segments of a JPEG (ITU-T T.81, annex B). */
final class JpegSegments {
    private static final int START = 0xFFD8;
    private static final int SCAN = 0xDA;
    private static final int APP1 = 0xE1;

    /** Adobe's, which tells CMYK from its inverse. */
    private static final int APP14 = 0xEE;

    private static final int APP15 = 0xEF;
    private static final int COMMENT = 0xFE;
    /** A frame header begins with a byte of precision, then height and width. */
    private static final int FRAME_SIZE_END = 1 + 2 * Short.BYTES;

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
        for (var segment : segments(jpeg)) {
            int from = segment.data();
            if (segment.marker() == APP1
                    && segment.end() - from >= EXIF.length
                    && Arrays.equals(jpeg, from, from + EXIF.length, EXIF, 0, EXIF.length)) {
                return Optional.of(ByteBuffer.wrap(jpeg).slice(from + EXIF.length, segment.end() - from - EXIF.length));
            }
        }
        return Optional.empty();
    }

    /** What the frame header declares; empty where none stands before the first scan. */
    static Optional<Dimension> size(byte[] jpeg) {
        for (var segment : segments(jpeg)) {
            if (isFrame(segment.marker()) && segment.end() - segment.data() >= FRAME_SIZE_END) {
                var frame = ByteBuffer.wrap(jpeg, segment.data() + 1, 2 * Short.BYTES);
                int height = Short.toUnsignedInt(frame.getShort());
                return Optional.of(new Dimension(Short.toUnsignedInt(frame.getShort()), height));
            }
        }
        return Optional.empty();
    }

    /** Markers from C0 to CF begin a frame, but for the tables of codes (C4), an extension (C8) and arithmetic (CC). */
    private static boolean isFrame(int marker) {
        return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
    }

    /** The file without the segments of applications and comments, but for the two that say what its colours are. */
    static byte[] pixelsAlone(byte[] jpeg) {
        var out = ByteBuffer.allocate(jpeg.length).put(jpeg, 0, 2);
        int at = 2;
        for (var segment : segments(jpeg)) {
            if (!isBeside(segment.marker())) {
                out.put(jpeg, at, segment.end() - at);
            }
            at = segment.end();
        }
        out.put(jpeg, at, jpeg.length - at);
        return Arrays.copyOf(out.array(), out.position());
    }

    private static boolean isBeside(int marker) {
        return marker == COMMENT || (marker >= APP1 && marker <= APP15 && marker != APP14);
    }

    /** A segment with a length: its data up to its end. */
    private record Segment(int marker, int data, int end) {}

    /** The whole segments before the first scan. */
    private static List<Segment> segments(byte[] jpeg) {
        var segments = new ArrayList<Segment>();
        var in = ByteBuffer.wrap(jpeg).position(2);
        while (in.remaining() >= 4 && in.get() == (byte) 0xFF) {
            int marker = Byte.toUnsignedInt(in.get());
            if (marker == 0xFF) {
                in.position(in.position() - 1); // markers may stand behind any number of these
                continue;
            }
            int length = marker == SCAN ? -1 : Short.toUnsignedInt(in.getShort()) - 2;
            if (length < 0 || length > in.remaining()) {
                break;
            }
            segments.add(new Segment(marker, in.position(), in.position() + length));
            in.position(in.position() + length);
        }
        return segments;
    }
}
