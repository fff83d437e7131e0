package io.mdpo.schemas.image;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/** A PNG put together of its chunks, for what no writer makes. */
public final class PngFile {
    private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};

    private PngFile() {}

    /** A file of these chunks, and the one that ends it. */
    public static byte[] of(byte[]... chunks) {
        var out = new ByteArrayOutputStream();
        out.writeBytes(SIGNATURE);
        for (var chunk : chunks) {
            out.writeBytes(chunk);
        }
        out.writeBytes(chunk("IEND", new byte[0]));
        return out.toByteArray();
    }

    /** A file of some 60 bytes whose header declares any size; its one data chunk is empty. */
    public static byte[] declaring(int width, int height) {
        return of(header(width, height, 2, 8), chunk("IDAT", new byte[0]));
    }

    /** @param colour the format's colour type: 0 grey, 2 RGB, 3 palette, 4 and 6 the first two with alpha */
    static byte[] header(int width, int height, int colour, int depth) {
        return chunk(
                "IHDR",
                ByteBuffer.allocate(13)
                        .putInt(width)
                        .putInt(height)
                        .put(new byte[] {(byte) depth, (byte) colour, 0, 0, 0})
                        .array());
    }

    static byte[] chunk(String type, byte[] data) {
        var crc = new CRC32();
        crc.update(type.getBytes(US_ASCII));
        crc.update(data);
        return ByteBuffer.allocate(12 + data.length)
                .putInt(data.length)
                .put(type.getBytes(US_ASCII))
                .put(data)
                .putInt((int) crc.getValue())
                .array();
    }
}
