package io.mdpo.ingest.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.mdpo.ingest.outcome.Outcome;
import io.mdpo.schemas.RejectionReason;
import io.mdpo.schemas.image.PngFile;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageInspectorTest {
    private final ImageInspector inspector = new ImageInspector(1 << 20, 16_000_000);

    @ParameterizedTest
    @ValueSource(strings = {"png", "jpg", "gif", "bmp"})
    void anImageOfEachWritableFormatPasses(String format) {
        var image = ByteBuffer.wrap(Images.noise(format, 1));

        assertThat(inspector.inspect(image)).isInstanceOf(Outcome.Accepted.class);
        assertThat(image.position()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"lossless.webp", "lossy.webp"})
    void aWebPImagePasses(String name) {
        assertThat(reasonFor(Images.resource(name))).isNull();
    }

    /** GIF is cut one byte more: without its last byte, the trailer, no pixel is missing. */
    @ParameterizedTest
    @CsvSource({"png, 1", "jpg, 1", "gif, 2", "bmp, 1"})
    void anImageCutAnywhereIsRefused(String format, int least) {
        var image = Images.noise(format, 1);
        for (int length = 0; length <= image.length - least; length += length < 64 ? 1 : 13) {
            assertThat(reasonFor(Arrays.copyOf(image, length)))
                    .as("%s cut to %d of %d bytes", format, length, image.length)
                    .isEqualTo(RejectionReason.UNDECODABLE_IMAGE);
        }
        assertThat(reasonFor(Arrays.copyOf(image, image.length - least))).isEqualTo(RejectionReason.UNDECODABLE_IMAGE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"lossless.webp", "lossy.webp"})
    void aWebPImageCutAnywhereIsRefused(String name) {
        var image = Images.resource(name);
        for (int length = 0; length < image.length; length++) {
            assertThat(reasonFor(Arrays.copyOf(image, length)))
                    .as("%s cut to %d bytes", name, length)
                    .isEqualTo(RejectionReason.UNDECODABLE_IMAGE);
        }
    }

    @Test
    void aPngWithOneWrongBitIsRefused() {
        var image = Images.png();
        image[image.length / 2] ^= 1;

        assertThat(reasonFor(image)).isEqualTo(RejectionReason.UNDECODABLE_IMAGE);
    }

    @Test
    void aPngChunkThatClaimsTwoGigabytesIsRefused() {
        var image = Images.png();
        ByteBuffer.wrap(image).putInt(33, Integer.MAX_VALUE); // the length of the chunk after IHDR

        assertThat(reasonFor(image)).isEqualTo(RejectionReason.UNDECODABLE_IMAGE);
    }

    @Test
    void aTwentyMegapixelPngIsRefusedByItsHeader() {
        assertThat(inspector.inspect(ByteBuffer.wrap(PngFile.declaring(5_000, 4_000))))
                .isEqualTo(Outcome.refused(
                        RejectionReason.IMAGE_TOO_MANY_PIXELS,
                        "the image is 5000 x 4000, 20000000 pixels, and at most 16000000 are allowed"));
    }

    @Test
    void aGigapixelBombIsRefusedWithoutAllocatingItsPixels() {
        var bomb = ByteBuffer.wrap(PngFile.declaring(60_000, 60_000));
        inspector.inspect(bomb); // loads classes
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();

        var outcome = inspector.inspect(bomb);

        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(1 << 20);
        assertThat(outcome).isInstanceOfSatisfying(Outcome.Refused.class, refused -> assertThat(
                        refused.rejection().reason())
                .isEqualTo(RejectionReason.IMAGE_TOO_MANY_PIXELS));
    }

    @Test
    void anImageWithExactlyTheAllowedPixelsPassesAndOneMoreDoesNot() {
        var image = ByteBuffer.wrap(Images.png());
        long pixels = (long) Images.WIDTH * Images.HEIGHT;

        assertThat(new ImageInspector(1 << 20, pixels).inspect(image).toOptional())
                .isPresent();
        assertThat(new ImageInspector(1 << 20, pixels - 1).inspect(image).toOptional())
                .isEmpty();
    }

    @Test
    void anImageWithExactlyTheAllowedBytesPassesAndOneMoreDoesNot() {
        var image = ByteBuffer.wrap(Images.png());

        assertThat(new ImageInspector(image.limit(), 2_000).inspect(image).toOptional())
                .isPresent();
        assertThat(new ImageInspector(image.limit() - 1, 2_000).inspect(image))
                .isEqualTo(Outcome.refused(
                        RejectionReason.IMAGE_TOO_LARGE,
                        "the image has %d bytes, and at most %d are allowed"
                                .formatted(image.limit(), image.limit() - 1)));
    }

    @Test
    void aFormatThatJavaReadsButTheModelDoesNotIsRefused() {
        assertThat(ImageIO.getImageReadersByFormatName("tif").hasNext()).isTrue();
        assertThat(reasonFor(Images.noise("tif", 1))).isEqualTo(RejectionReason.UNDECODABLE_IMAGE);
    }

    @Test
    void aJpegWithThousandsOfScansIsRefused() {
        var jpeg = Images.noise("jpg", 1);
        var bomb = Arrays.copyOf(jpeg, jpeg.length + 2_000);
        for (int i = jpeg.length; i < bomb.length; i += 2) {
            bomb[i] = (byte) 0xFF;
            bomb[i + 1] = (byte) 0xDA;
        }

        assertThat(reasonFor(bomb)).isEqualTo(RejectionReason.UNDECODABLE_IMAGE);
    }

    @Test
    void imagesAreNotCachedOnDisk() {
        assertThat(inspector.inspect(ByteBuffer.wrap(Images.png())).toOptional())
                .isPresent();
        assertThat(ImageIO.getUseCache()).isFalse();
    }

    private @Nullable RejectionReason reasonFor(byte[] image) {
        return inspector.inspect(ByteBuffer.wrap(image)) instanceof Outcome.Refused<Long> refused
                ? refused.rejection().reason()
                : null;
    }
}
