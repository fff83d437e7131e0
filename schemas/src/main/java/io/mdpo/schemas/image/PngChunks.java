package io.mdpo.schemas.image;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * Walks the chunks of a PNG (PNG specification, section 5.3: length, type, data, CRC) up to IEND. The JDK's reader needs
 * this help: it ignores checksums and a missing end, and allocates what a chunk claims to hold before it looks whether
 * that much is there.
 */
final class PngChunks {
    private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
    private static final int IEND = 0x49454E44;

    private PngChunks() {}

    static boolean isPng(byte[] bytes) {
        return bytes.length >= SIGNATURE.length
                && Arrays.equals(bytes, 0, SIGNATURE.length, SIGNATURE, 0, SIGNATURE.length);
    }

    /** What is wrong with the chunks, if anything is. */
    static Optional<String> damage(byte[] png) {
        var in = ByteBuffer.wrap(png).position(SIGNATURE.length);
        while (in.remaining() >= 12) {
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
}
