package io.mdpo.schemas.image;

import static io.mdpo.schemas.image.PngFile.chunk;
import static io.mdpo.schemas.image.PngFile.header;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.Deflater;

/** Small files that ask a great deal of whoever decodes them, made byte by byte because no writer makes them. */
public final class HostileImages {
    private static final int MEBIBYTE = 1 << 20;
    private static final int ADLER_MODULUS = 65_521;

    private HostileImages() {}

    /** The samples of a PNG: bytes of the colour type and depth. */
    public interface Samples {
        void write(ByteBuffer row, int y);
    }

    /** A sound file, grey all over. */
    public static byte[] png(int width, int height) {
        return png(width, height, 2, 8, 3, (row, y) -> fill(row, (byte) 0x50), new byte[0]);
    }

    /** A sound picture of 64 x 64 pixels with one chunk more, which holds what it likes. */
    public static byte[] pngWith(String chunk, byte[] data) {
        return png(64, 64, 2, 8, 3, (row, y) -> fill(row, (byte) 0x50), chunk(chunk, data));
    }

    /** The same in 256 colours: the JDK's decoder looks at every chunk of such a file. */
    public static byte[] palettePngWith(String chunk, byte[] data) {
        var more = new ByteArrayOutputStream();
        more.writeBytes(chunk(chunk, data));
        more.writeBytes(chunk("PLTE", new byte[3 * 256]));
        return png(64, 64, 3, 8, 1, (row, y) -> fill(row, (byte) y), more.toByteArray());
    }

    /** A sound picture whose comment, or other compressed chunk, inflates to so many mebibytes. */
    public static byte[] inflating(String chunk, int mebibytes) {
        return pngWith(chunk, compressedChunk(chunk, mebibytes));
    }

    /** What a {@code zTXt}, {@code iTXt} or {@code iCCP} chunk holds before and with its compressed part. */
    public static byte[] compressedChunk(String chunk, int mebibytes) {
        var data = new ByteArrayOutputStream();
        data.writeBytes("Comment\0".getBytes(US_ASCII));
        data.writeBytes(chunk.equals("iTXt") ? new byte[] {1, 0, 0, 0} : new byte[] {0});
        data.writeBytes(deflatedZeros(mebibytes));
        return data.toByteArray();
    }

    /** A picture of 64 x 64 pixels whose pixel data goes on for so many mebibytes. */
    public static byte[] endlessPixels(int mebibytes) {
        return PngFile.of(header(64, 64, 2, 8), chunk("IDAT", deflatedZeros(mebibytes)));
    }

    /** A red square on a transparent ground. */
    public static byte[] transparent() {
        return png(
                64,
                64,
                6,
                8,
                4,
                (row, y) -> {
                    for (int x = 0; x < 64; x++) {
                        row.putInt(x >= 16 && x < 48 && y >= 16 && y < 48 ? 0xFF0000FF : 0);
                    }
                },
                new byte[0]);
    }

    /** 16-bit grey, from dark to bright. */
    public static byte[] longGrey() {
        return png(
                64,
                64,
                0,
                16,
                2,
                (row, y) -> {
                    for (int x = 0; x < 64; x++) {
                        row.putShort((short) ((y * 64 + x) * 16));
                    }
                },
                new byte[0]);
    }

    /** An animation whose frame holds a frame, which holds a frame. */
    public static byte[] nestedWebp(int levels) {
        int frame = 24; // of a chunk's header and a frame's
        var webp = ByteBuffer.allocate(12 + 18 + levels * frame).order(ByteOrder.LITTLE_ENDIAN);
        webp.put("RIFF".getBytes(US_ASCII)).putInt(webp.capacity() - 8).put("WEBP".getBytes(US_ASCII));
        webp.put("VP8X".getBytes(US_ASCII)).putInt(10).put(new byte[] {2, 0, 0, 0, 15, 0, 0, 15, 0, 0});
        for (int level = levels; level > 0; level--) {
            webp.put("ANMF".getBytes(US_ASCII)).putInt(level * frame - 8).put(new byte[16]);
        }
        return webp.array();
    }

    /** The beginning of a file of ISO media, with its brand and one that it agrees with. */
    public static byte[] isoMedia(String brand, String compatible) {
        return ByteBuffer.allocate(300)
                .putInt(24)
                .put(("ftyp" + brand).getBytes(US_ASCII))
                .putInt(0)
                .put((compatible + brand).getBytes(US_ASCII))
                .array();
    }

    /** A file of the zlib format that inflates to zeros, at a thousandth of their number. */
    static byte[] deflatedZeros(int mebibytes) {
        var deflater = new Deflater(Deflater.BEST_COMPRESSION);
        var out = new ByteArrayOutputStream();
        byte[] block = new byte[8192];
        int length = 0;
        for (int i = 0; i < mebibytes; i++) {
            // From the second on every block is the same: it stands behind zeros and goes on with zeros.
            if (i < 2) {
                deflater.setInput(new byte[MEBIBYTE]);
                length = deflater.deflate(block, 0, block.length, Deflater.SYNC_FLUSH);
            }
            out.write(block, 0, length);
        }
        deflater.end();
        long zeros = (long) mebibytes * MEBIBYTE;
        out.writeBytes(new byte[] {3, 0}); // an empty last block
        out.writeBytes(ByteBuffer.allocate(4)
                .putShort((short) (zeros % ADLER_MODULUS))
                .putShort((short) 1)
                .array());
        return out.toByteArray();
    }

    private static void fill(ByteBuffer row, byte sample) {
        Arrays.fill(row.array(), row.arrayOffset() + row.position(), row.arrayOffset() + row.limit(), sample);
    }

    private static byte[] png(
            int width, int height, int colour, int depth, int pixelBytes, Samples samples, byte[] beforePixels) {
        var deflater = new Deflater(Deflater.BEST_COMPRESSION);
        var pixels = new ByteArrayOutputStream();
        byte[] buffer = new byte[8192];
        for (int y = 0; y < height; y++) {
            byte[] row = new byte[1 + width * pixelBytes];
            samples.write(ByteBuffer.wrap(row, 1, row.length - 1), y);
            deflater.setInput(row);
            while (!deflater.needsInput()) {
                pixels.write(buffer, 0, deflater.deflate(buffer));
            }
        }
        deflater.finish();
        while (!deflater.finished()) {
            pixels.write(buffer, 0, deflater.deflate(buffer));
        }
        deflater.end();
        return PngFile.of(header(width, height, colour, depth), beforePixels, chunk("IDAT", pixels.toByteArray()));
    }
}
