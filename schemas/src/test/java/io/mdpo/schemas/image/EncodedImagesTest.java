package io.mdpo.schemas.image;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EncodedImagesTest {
    @Test
    void aWebpWhosePixelsFitItsCanvasIsSound() {
        assertThat(EncodedImages.damage(webp(lossy(40, 30)))).isEmpty();
        assertThat(EncodedImages.damage(webp(lossless(40, 30)))).isEmpty();
        assertThat(EncodedImages.damage(webp(canvas(40, 30), chunk("ICCP", 3), lossy(40, 30))))
                .isEmpty();
        assertThat(EncodedImages.damage(webp(canvas(40, 30), frame(lossy(20, 30)), frame(lossless(40, 10)))))
                .isEmpty();
    }

    /** The decoder allocates what the second chunk says, whatever the first says. */
    @Test
    void aWebpWhosePixelsExceedItsCanvasIsABomb() {
        assertThat(EncodedImages.damage(webp(canvas(10, 10), lossy(16383, 16383))))
                .hasValue("the WebP declares 10 x 10 pixels and holds 16383 x 16383");
        assertThat(EncodedImages.damage(webp(canvas(10, 10), lossless(10, 11)))).isPresent();
        assertThat(EncodedImages.damage(webp(canvas(10, 10), frame(lossless(16384, 16384)))))
                .isPresent();
        assertThat(EncodedImages.damage(webp(lossy(10, 10), lossy(16383, 16383))))
                .isPresent();
    }

    @Test
    void aWebpChunkThatClaimsMoreThanThereIsIsDamage() {
        var file = webp(lossy(40, 30));
        ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putInt(16, -1);

        assertThat(EncodedImages.damage(file)).hasValue("a WebP chunk claims 4294967295 bytes, and 10 are left");
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 5_000, 200_000})
    void framesWithinFramesAreNoWebp(int levels) {
        assertThat(EncodedImages.damage(HostileImages.nestedWebp(levels)))
                .hasValue("the WebP has a frame nested in a frame");
    }

    @Test
    void framesOfAnyNumberBesideOneAnotherAreSound() {
        var frames = new byte[1_000][];
        Arrays.fill(frames, frame(chunk("VP8L", new byte[5])));
        assertThat(EncodedImages.damage(webp(frames))).isEmpty();
        assertThat(EncodedImages.damage(webp(frame(chunk("ALPH", 3)), frame(new byte[3]), frame(lossy(9, 9)))))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "heic, mif1, HEIC",
        "mif1, heic, HEIC",
        "msf1, hevc, HEIC",
        "avif, mif1, AVIF",
        "mif1, avif, AVIF",
        "avis, msf1, AVIF",
        "mif1, miaf, HEIF"
    })
    void aFormatThatPhonesWriteIsNamedWithWhatToDo(String brand, String compatible, String name) {
        assertThat(EncodedImages.damage(HostileImages.isoMedia(brand, compatible)))
                .hasValue("the image is %s, which is not read: convert it to JPEG, PNG or WebP".formatted(name));
    }

    @Test
    void theExifOfEveryFormatIsFoundAndNothingElse() {
        byte[] exif = {'M', 'M', 0, 42, 0, 0, 0, 8, 0, 0};
        var jpeg = new ByteArrayOutputStream();
        jpeg.writeBytes(new byte[] {-1, (byte) 0xD8, -1, (byte) 0xE0, 0, 4, 1, 2, -1, -1, (byte) 0xE1, 0, 18});
        jpeg.writeBytes(new byte[] {'E', 'x', 'i', 'f', 0, 0});
        jpeg.writeBytes(exif);

        for (var image : List.of(
                jpeg.toByteArray(), HostileImages.pngWith("eXIf", exif), webp(canvas(9, 9), chunk("EXIF", exif)))) {
            assertThat(EncodedImages.exif(image)).hasValue(ByteBuffer.wrap(exif));
            assertThat(EncodedImages.exif(Arrays.copyOf(image, 20))).isEmpty();
        }
        assertThat(EncodedImages.exif(HostileImages.png(4, 4))).isEmpty();
        assertThat(EncodedImages.exif(webp(lossy(9, 9)))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"0, true", "3, true", "4, false", "5, false", "-1, false"})
    void aBitmapHoldsPixelsAndNoOtherImage(int compression, boolean sound) {
        var bmp = ByteBuffer.allocate(70).order(ByteOrder.LITTLE_ENDIAN);
        bmp.put(0, (byte) 'B').put(1, (byte) 'M').putInt(14, 40).putInt(30, compression);

        assertThat(EncodedImages.damage(bmp.array()).isEmpty()).isEqualTo(sound);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "B", "BM", "RIFF", "RIFFxxx", "GIF89a", "\u0000"})
    void aBeginningAloneIsLeftToTheDecoders(String text) {
        assertThat(EncodedImages.damage(text.getBytes(US_ASCII))).isEmpty();
    }

    private static byte[] webp(byte[]... chunks) {
        var body = new ByteArrayOutputStream();
        for (var chunk : chunks) {
            body.writeBytes(chunk);
        }
        return ByteBuffer.allocate(12 + body.size())
                .order(ByteOrder.LITTLE_ENDIAN)
                .put("RIFF".getBytes(US_ASCII))
                .putInt(4 + body.size())
                .put("WEBP".getBytes(US_ASCII))
                .put(body.toByteArray())
                .array();
    }

    private static byte[] canvas(int width, int height) {
        var data = ByteBuffer.allocate(10).order(ByteOrder.LITTLE_ENDIAN);
        // The upper byte of a size is the lowest of the next field, written afterwards.
        data.putInt(4, width - 1).putShort(7, (short) (height - 1));
        return chunk("VP8X", data.array());
    }

    private static byte[] lossy(int width, int height) {
        var data = ByteBuffer.allocate(10).order(ByteOrder.LITTLE_ENDIAN);
        return chunk(
                "VP8 ",
                data.putShort(6, (short) width).putShort(8, (short) height).array());
    }

    private static byte[] lossless(int width, int height) {
        var data = ByteBuffer.allocate(5).order(ByteOrder.LITTLE_ENDIAN);
        return chunk("VP8L", data.putInt(1, width - 1 | (height - 1) << 14).array());
    }

    private static byte[] frame(byte[] pixels) {
        return chunk(
                "ANMF", ByteBuffer.allocate(16 + pixels.length).put(16, pixels).array());
    }

    private static byte[] chunk(String name, int length) {
        return chunk(name, new byte[length]);
    }

    private static byte[] chunk(String name, byte[] data) {
        return ByteBuffer.allocate(8 + data.length + (data.length & 1))
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(name.getBytes(US_ASCII))
                .putInt(data.length)
                .put(data)
                .array();
    }
}
