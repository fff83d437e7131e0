package io.mdpo.schemas.image;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32;

/**
 * Walks the chunks of a PNG (PNG specification, section 5.3: length, type, data, CRC) up to IEND. The JDK's reader needs
 * this help: it ignores checksums and a missing end, allocates what a chunk claims to hold before it looks whether that
 * much is there, and inflates texts of any size.
 */
final class PngChunks {
    private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};

    /** Length, type and CRC. */
    private static final int FRAME = 12;

    private static final int IHDR = 0x49484452;
    private static final int PLTE = 0x504C5445;
    private static final int TRNS = 0x74524E53;
    private static final int IDAT = 0x49444154;
    private static final int IEND = 0x49454E44;
    private static final int EXIF = 0x65584966;

    /** The chunks that decide pixels. */
    private static final Set<Integer> PIXELS = Set.of(IHDR, PLTE, TRNS, IDAT, IEND);

    /** The colour type of red, green and blue without alpha, and where the header's data has it. */
    private static final int RGB = 2;

    private static final int COLOUR_TYPE = 9;

    private PngChunks() {}

    static boolean isPng(byte[] bytes) {
        return bytes.length >= SIGNATURE.length
                && Arrays.equals(bytes, 0, SIGNATURE.length, SIGNATURE, 0, SIGNATURE.length);
    }

    /** What is wrong with the chunks, if anything is. */
    static Optional<String> damage(byte[] png) {
        var in = ByteBuffer.wrap(png).position(SIGNATURE.length);
        while (in.remaining() >= FRAME) {
            int length = in.getInt();
            if (length < 0 || length > in.remaining() - 8) {
                return Optional.of("a PNG chunk claims %d bytes, and %d are left"
                        .formatted(Integer.toUnsignedLong(length), in.remaining()));
            }
            var crc = new CRC32();
            crc.update(png, in.position(), Integer.BYTES + length);
            int type = in.getInt();
            in.position(in.position() + length);
            if (in.getInt() != (int) crc.getValue()) {
                return Optional.of("a PNG chunk of %d bytes has the wrong checksum".formatted(length));
            }
            if (type == IEND) {
                return Optional.empty();
            }
        }
        return Optional.of("the PNG ends after %d bytes, before its end chunk".formatted(png.length));
    }

    /**
     * A sound PNG with the chunks that decide its pixels and no other: no text or profile for a decoder to inflate. The one
     * colour that a file without alpha calls transparent is such a chunk for grey and palettes; of RGB it is left out, because
     * to Pillow such a file is RGB already, and neither vLLM nor a processor of transformers looks further.
     */
    static byte[] pixelsAlone(byte[] png) {
        var out = ByteBuffer.allocate(png.length).put(SIGNATURE);
        var in = ByteBuffer.wrap(png).position(SIGNATURE.length);
        boolean rgb = false;
        int type = 0;
        while (type != IEND) {
            int at = in.position();
            int length = in.getInt();
            type = in.getInt();
            if (type == IHDR && length > COLOUR_TYPE) {
                rgb = png[in.position() + COLOUR_TYPE] == RGB;
            }
            if (PIXELS.contains(type) && !(type == TRNS && rgb)) {
                out.put(png, at, FRAME + length);
            }
            in.position(at + FRAME + length);
        }
        return Arrays.copyOf(out.array(), out.position());
    }

    /** The data of the eXIf chunk of a PNG, as far as its chunks are whole. */
    static Optional<ByteBuffer> exif(byte[] png) {
        var in = ByteBuffer.wrap(png).position(SIGNATURE.length);
        while (in.remaining() >= FRAME) {
            int length = in.getInt();
            int type = in.getInt();
            if (length < 0 || length > in.remaining() - Integer.BYTES || type == IEND) {
                break;
            }
            if (type == EXIF) {
                return Optional.of(in.slice(in.position(), length));
            }
            in.position(in.position() + length + Integer.BYTES);
        }
        return Optional.empty();
    }
}
