package io.mdpo.scorer.image;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mdpo.schemas.RejectionReason;
import io.mdpo.schemas.image.EncodedImages;
import io.mdpo.schemas.image.PngFile;
import io.mdpo.schemas.image.RefusedImageException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

/** What somebody writes past ingest: each of these files is small, and would take more memory than there is. */
class HostileImageTest {
    @Test
    void aPngOfTooManyPixelsIsNotDecoded() {
        assertTooLarge(PngFile.declaring(40_000, 40_000));
        assertTooLarge(PngFile.declaring(1, Integer.MAX_VALUE));
    }

    @Test
    void aGifOfTooManyPixelsIsNotDecoded() {
        var gif = ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN);
        gif.put("GIF89a".getBytes(US_ASCII))
                .putShort((short) 1)
                .putShort((short) 1)
                .put(new byte[3]);
        gif.put((byte) ',')
                .putInt(0)
                .putShort((short) -1)
                .putShort((short) -1)
                .put((byte) 0)
                .put((byte) 2);
        assertTooLarge(gif.array());
    }

    @Test
    void aBmpOfTooManyPixelsIsNotDecoded() {
        assertTooLarge(bmp(8_000, 0));
    }

    @Test
    void aBmpThatHoldsAPngIsNotDecoded() {
        assertThatThrownBy(() -> RgbImage.decode(bmp(10, 5), Background.WHITE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("an image of another format");
    }

    @Test
    void aWebpWhosePixelsExceedItsCanvasIsNotDecoded() {
        var webp = ByteBuffer.allocate(12 + 18 + 18).order(ByteOrder.LITTLE_ENDIAN);
        webp.put("RIFF".getBytes(US_ASCII)).putInt(40).put("WEBP".getBytes(US_ASCII));
        webp.put("VP8X".getBytes(US_ASCII)).putInt(10).put(new byte[10]);
        webp.put("VP8 ".getBytes(US_ASCII)).putInt(10).put(new byte[] {0, 0, 0, (byte) 0x9D, 1, 0x2A});
        webp.putShort((short) 16_383).putShort((short) 16_383);
        assertThatThrownBy(() -> RgbImage.decode(webp.array(), Background.WHITE))
                .hasMessageContaining("declares 1 x 1 pixels and holds");
    }

    @Test
    void aFileOfTooManyBytesIsNotDecoded() {
        assertTooLarge(new byte[EncodedImages.MAX_BYTES + 1]);
    }

    private static void assertTooLarge(byte[] image) {
        assertThatThrownBy(() -> RgbImage.decode(image, Background.WHITE))
                .isInstanceOfSatisfying(RefusedImageException.class, refused -> assertThat(refused.reason())
                        .isIn(RejectionReason.IMAGE_TOO_LARGE, RejectionReason.IMAGE_TOO_MANY_PIXELS));
    }

    private static byte[] bmp(int side, int compression) {
        var bmp = ByteBuffer.allocate(70)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put((byte) 'B')
                .put((byte) 'M');
        bmp.putInt(Integer.MAX_VALUE)
                .putInt(0)
                .putInt(54)
                .putInt(40)
                .putInt(side)
                .putInt(side)
                .putShort((short) 1);
        bmp.putShort((short) 24).putInt(compression).putInt(compression == 0 ? 0 : Integer.MAX_VALUE);
        return bmp.array();
    }
}
