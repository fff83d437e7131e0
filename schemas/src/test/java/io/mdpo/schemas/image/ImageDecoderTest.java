package io.mdpo.schemas.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mdpo.schemas.RejectionReason;
import java.lang.management.ManagementFactory;
import java.util.zip.Inflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageDecoderTest {
    private static final int GIBIBYTES = 3 << 10; // in mebibytes

    private final ImageDecoder decoder = new ImageDecoder(8 << 20, 16_000_000);

    @ParameterizedTest
    @CsvSource({"1, 50000", "1, 7000", "60000, 200", "4100, 20", "5, 1005", "1, 201"})
    void anElongatedImageIsRefusedByItsHeaderWithBothSides(int width, int height) {
        assertThatThrownBy(() -> decoder.decode(HostileImages.png(width, height)))
                .isInstanceOfSatisfying(RefusedImageException.class, refused -> assertThat(refused.reason())
                        .isEqualTo(RejectionReason.IMAGE_TOO_ELONGATED))
                .hasMessage("the image is %d x %d, and one side may be at most 200 times the other", width, height);
    }

    @ParameterizedTest
    @CsvSource({"1, 200", "200, 1", "5, 1000", "4000, 20", "16000, 1000", "1, 1"})
    void anImageWithinTheAspectIsDecoded(int width, int height) {
        var image = decoder.decode(HostileImages.png(width, height));

        assertThat(image.getWidth()).isEqualTo(width);
        assertThat(image.getHeight()).isEqualTo(height);
    }

    @ParameterizedTest
    @ValueSource(strings = {"zTXt", "iTXt", "iCCP"})
    void whatStandsBesideThePixelsIsNotInflated(String chunk) {
        var data = HostileImages.compressedChunk(chunk, GIBIBYTES);

        for (var image : new byte[][] {HostileImages.pngWith(chunk, data), HostileImages.palettePngWith(chunk, data)}) {
            assertThat(image.length).isBetween(2 << 20, 4 << 20);
            assertAllocates(image, 16L << 20);
        }
    }

    @Test
    void pixelsBeyondTheLastRowAreNotInflated() {
        assertAllocates(HostileImages.endlessPixels(GIBIBYTES), 16L << 20);
    }

    @Test
    void theBombsAreBombs() throws Exception {
        var inflater = new Inflater();
        inflater.setInput(HostileImages.deflatedZeros(5));
        byte[] out = new byte[1 << 20];
        while (!inflater.finished()) {
            inflater.inflate(out);
        }
        assertThat(inflater.getBytesWritten()).isEqualTo(5L << 20);
        inflater.end();
    }

    private void assertAllocates(byte[] image, long most) {
        decoder.decode(HostileImages.png(2, 2)); // loads classes
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();

        assertThat(decoder.decode(image).getWidth()).isEqualTo(64);

        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(most);
    }
}
