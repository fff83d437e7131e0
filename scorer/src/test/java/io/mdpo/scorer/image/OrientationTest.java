package io.mdpo.scorer.image;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.mdpo.schemas.image.HostileImages;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class OrientationTest {
    private static final int SHORT = 3;
    private static final int ASCII = 2;
    private static final int ORIENTATION = 0x0112;
    private static final int DESCRIPTION = 0x010E;

    @ParameterizedTest
    @EnumSource
    void everyOrientationIsRead(Orientation orientation) {
        int number = java.util.List.of(Orientation.values()).indexOf(orientation) + 1;

        assertThat(Orientation.of(HostileImages.pngWith("eXIf", tiff(1, number))))
                .isEqualTo(orientation);
        assertThat(Orientation.of(jpeg(tiff(1, number)))).isEqualTo(orientation);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 9, 0xFFFF})
    void aNumberThatMeansNothingIsUpright(int number) {
        assertThat(Orientation.of(jpeg(tiff(1, number)))).isEqualTo(Orientation.UPRIGHT);
    }

    @Test
    void exifThatIsNoneIsUpright() {
        for (var text : new String[] {"", "II", "MM\0*", "MM\0*\377\377\377\377", "MM\0*\0\0\0\10\377\377"}) {
            assertThat(Orientation.of(jpeg(text.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1))))
                    .isEqualTo(Orientation.UPRIGHT);
        }
    }

    /** 5,000 entries that name the same 60 KB make a small segment one of 300 MB. */
    @Test
    void entriesThatNameTheSameBytesAreNotCopiedOneByOne() {
        var bomb = jpeg(tiff(5_000, 6));
        Orientation.of(bomb); // loads classes
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();

        Orientation.of(bomb);

        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(1 << 20);
    }

    /** The orientation, and before it descriptions that all have the whole segment as their text. */
    private static byte[] tiff(int entries, int orientation) {
        int length = 8 + 2 + 12 * entries + 4;
        var tiff = ByteBuffer.allocate(length).put("MM\0*".getBytes(US_ASCII)).putInt(8);
        tiff.putShort((short) entries);
        for (int i = 1; i < entries; i++) {
            tiff.putShort((short) DESCRIPTION)
                    .putShort((short) ASCII)
                    .putInt(length)
                    .putInt(0);
        }
        tiff.putShort((short) ORIENTATION).putShort((short) SHORT).putInt(1).putShort((short) orientation);
        return tiff.array();
    }

    private static byte[] jpeg(byte[] exif) {
        return ByteBuffer.allocate(2 + 4 + 6 + exif.length)
                .putInt(0xFFD8FFE1)
                .putShort((short) (2 + 6 + exif.length))
                .put("Exif\0\0".getBytes(US_ASCII))
                .put(exif)
                .array();
    }
}
