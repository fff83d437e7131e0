package io.mdpo.ingest.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class PerceptualHashTest {
    /** What the gate takes for alike. */
    private static final int ALIKE = 4;

    @Test
    void aPictureThatIsEncodedAgainLooksAlike() throws IOException {
        for (int i = 0; i < 50; i++) {
            var picture = picture(i, 120, 80);
            var jpeg = new ByteArrayOutputStream();
            ImageIO.write(picture, "jpg", jpeg);

            assertThat(distance(picture, ImageIO.read(new ByteArrayInputStream(jpeg.toByteArray()))))
                    .isLessThanOrEqualTo(ALIKE);
        }
    }

    @Test
    void aPictureOfAnotherSizeLooksAlike() {
        for (int i = 0; i < 50; i++) {
            assertThat(distance(picture(i, 120, 80), picture(i, 480, 320))).isLessThanOrEqualTo(ALIKE);
        }
    }

    @Test
    void otherPicturesDoNot() {
        for (int i = 0; i < 50; i++) {
            for (int j = 0; j < i; j++) {
                assertThat(distance(picture(i, 120, 80), picture(j, 120, 80))).isGreaterThan(ALIKE);
            }
        }
    }

    @Test
    void aPictureMayBeOnePixelOrOneColour() {
        assertThat(PerceptualHash.of(new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB)))
                .isEqualTo(PerceptualHash.of(new BufferedImage(300, 2, BufferedImage.TYPE_BYTE_GRAY)));
    }

    private static int distance(BufferedImage one, BufferedImage other) {
        return Long.bitCount(PerceptualHash.of(one) ^ PerceptualHash.of(other));
    }

    /** Ten coloured rectangles, whose places are shares of the sides. */
    private static BufferedImage picture(long seed, int width, int height) {
        var random = new Random(seed);
        var image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        var graphics = image.createGraphics();
        for (int i = 0; i < 10; i++) {
            graphics.setColor(new Color(random.nextInt(1 << 24)));
            graphics.fillRect(
                    random.nextInt(20) * width / 20,
                    random.nextInt(20) * height / 20,
                    random.nextInt(2, 10) * width / 20,
                    random.nextInt(2, 10) * height / 20);
        }
        graphics.dispose();
        return image;
    }
}
