package io.mdpo.ingest.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RollingShareTest {
    @Test
    void theShareIsThatOfTheLastBitsWhateverWasWrittenAndReadBetween() {
        var random = new Random(3);
        var all = new ArrayList<Boolean>();
        var share = RollingShare.empty(20);
        for (int i = 0; i < 200; i++) {
            boolean one = random.nextInt(4) == 0;
            all.add(one);
            share.add(one);
            share = RollingShare.read(share.write(), 20);

            var last = all.subList(Math.max(0, all.size() - 20), all.size());
            assertThat(share.share())
                    .isEqualTo((double) last.stream().filter(bit -> bit).count() / last.size());
            assertThat(share.isFull()).isEqualTo(all.size() >= 20);
        }
    }

    @Test
    void aWindowOfAnotherSizeBeginsAnew() {
        var share = RollingShare.empty(10);
        share.add(true);

        assertThat(RollingShare.read(share.write(), 11).share()).isZero();
    }
}
