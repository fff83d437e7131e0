package io.mdpo.scorer.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mdpo.schemas.avro.Corruption;
import org.junit.jupiter.api.Test;

class RandomResizedCropTest {
    @Test
    void theCropIsDecidedByPairAndSeedAlone() {
        var crop = RandomResizedCrop.PAPER.draw("pair-1", 7, 640, 480);

        assertThat(RandomResizedCrop.PAPER.draw("pair-1", 7, 640, 480)).isEqualTo(crop);
        assertThat(RandomResizedCrop.PAPER.draw("pair-2", 7, 640, 480)).isNotEqualTo(crop);
        assertThat(RandomResizedCrop.PAPER.draw("pair-1", 8, 640, 480)).isNotEqualTo(crop);
    }

    @Test
    void areaAndAspectStayWithinThePapersBounds() {
        double least = 1;
        double most = 0;
        for (int i = 0; i < 5000; i++) {
            var crop = RandomResizedCrop.PAPER.draw("pair-" + i, 0, 640, 480);
            double area = crop.getWidth() * (double) crop.getHeight() / (640 * 480);
            double aspect = crop.getWidth() / (double) crop.getHeight();
            assertThat(area).isBetween(0.0095, 0.205);
            assertThat(aspect).isBetween(0.72, 1.39);
            assertThat(crop.getLeft() + crop.getWidth()).isLessThanOrEqualTo(640);
            assertThat(crop.getTop() + crop.getHeight()).isLessThanOrEqualTo(480);
            least = Math.min(least, area);
            most = Math.max(most, area);
        }
        assertThat(least).isLessThan(0.012);
        assertThat(most).isGreaterThan(0.198);
    }

    @Test
    void anImageTooNarrowForAnyDrawGivesItsCentre() {
        // A row of 3 x 300 pixels has no part of 25 to 30 % of its area with an aspect between 3/4 and 4/3.
        var crop = new RandomResizedCrop(0.25, 0.30).draw("pair", 0, 3, 300);

        assertThat(crop).isEqualTo(new Corruption(0, "crop", 0L, 0, 148, 3, 4, 0.0));
    }

    @Test
    void theCorruptedImageHasTheSizeOfTheOriginal() {
        var original = new RgbImage(4, 2, new byte[] {
            1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, //
            5, 5, 5, 6, 6, 6, 7, 7, 7, 8, 8, 8
        });
        var corrupted = RandomResizedCrop.apply(new Corruption(0, "crop", 0L, 2, 1, 1, 1, 0.0), original);

        assertThat(corrupted.width()).isEqualTo(4);
        assertThat(corrupted.height()).isEqualTo(2);
        assertThat(corrupted.bytes()).containsOnly(7);
    }

    @Test
    void impossibleAreasAreRefused() {
        assertThatThrownBy(() -> new RandomResizedCrop(0.5, 0.1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new RandomResizedCrop(0, 0.1)).isInstanceOf(IllegalArgumentException.class);
    }
}
