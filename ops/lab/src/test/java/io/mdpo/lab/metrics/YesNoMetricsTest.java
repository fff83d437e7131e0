package io.mdpo.lab.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mdpo.lab.metrics.YesNoMetrics.Answer;
import java.util.List;
import org.junit.jupiter.api.Test;

class YesNoMetricsTest {
    @Test
    void theSharesAreThoseOfTheTable() {
        // 2 true yes, 1 missed, 1 false yes, 2 true no.
        var metrics = YesNoMetrics.of(List.of(
                new Answer(true, true),
                new Answer(true, true),
                new Answer(true, false),
                new Answer(false, true),
                new Answer(false, false),
                new Answer(false, false)));

        assertThat(metrics.accuracy()).isCloseTo(100 * 4 / 6.0, within(1e-9));
        assertThat(metrics.precision()).isCloseTo(100 * 2 / 3.0, within(1e-9));
        assertThat(metrics.recall()).isCloseTo(100 * 2 / 3.0, within(1e-9));
        assertThat(metrics.f1()).isCloseTo(100 * 2 / 3.0, within(1e-9));
        assertThat(metrics.yesRate()).isCloseTo(50, within(1e-9));
        assertThat(metrics.questions()).isEqualTo(6);
    }

    @Test
    void aModelThatAgreesWithEverythingIsRightInHalfOfTheCases() {
        var metrics = YesNoMetrics.of(List.of(new Answer(true, true), new Answer(false, true)));

        assertThat(metrics.accuracy()).isEqualTo(50);
        assertThat(metrics.recall()).isEqualTo(100);
        assertThat(metrics.yesRate()).isEqualTo(100);
    }

    @Test
    void nothingIsNothing() {
        assertThat(YesNoMetrics.of(List.of())).isEqualTo(new YesNoMetrics(0, 0, 0, 0, 0, 0));
    }
}
