package io.mdpo.scorer.logprob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mdpo.scorer.image.ImageGrid;
import io.mdpo.scorer.image.PixelLayout;
import io.mdpo.scorer.image.PixelValues;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PairImageTest {
    private static final int BYTES = 2 * Float.BYTES;

    private final List<String> made = new ArrayList<>();

    @Test
    void whatIsDecodedIsUsedOnceAndTheBytesAfterThat() {
        var image = image();

        assertThat(image.pixels().size()).isEqualTo(2);
        assertThat(made).isEmpty();
        image.pixels().values();
        image.pixels().values();

        assertThat(made).containsExactly("decoded", "encoded");
    }

    @Test
    void valuesAreMadeAheadWhileThereIsRoomAndTheRoomIsGivenBackWithTheirUse() {
        var room = new PixelRoom(BYTES);
        var first = image();
        var second = image();

        first.settle(room);
        second.settle(room);
        assertThat(made).containsExactly("decoded", "decoded");
        made.clear();
        first.pixels().values();
        assertThat(made).isEmpty();
        second.pixels().values();
        assertThat(made).containsExactly("encoded");

        made.clear();
        var third = image();
        third.settle(room);
        third.pixels().values();
        third.pixels().values();
        assertThat(made).containsExactly("decoded", "encoded");
    }

    @Test
    void valuesThatCannotBeMadeAreFoundBeforeTheyAreNeeded() {
        var broken = new PairImage(
                new PixelLayout(ImageGrid.WHOLE, 1, 2),
                () -> {
                    throw new OutOfMemoryError("no room");
                },
                () -> new PixelValues(new float[2], ImageGrid.WHOLE, 1, 2));

        assertThatThrownBy(() -> broken.settle(new PixelRoom(0))).isInstanceOf(OutOfMemoryError.class);
    }

    private PairImage image() {
        return new PairImage(new PixelLayout(ImageGrid.WHOLE, 1, 2), () -> values("decoded"), () -> values("encoded"));
    }

    private PixelValues values(String from) {
        made.add(from);
        return new PixelValues(new float[] {1, 2}, ImageGrid.WHOLE, 1, 2);
    }
}
