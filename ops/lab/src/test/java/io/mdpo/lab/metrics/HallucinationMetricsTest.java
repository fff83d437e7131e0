package io.mdpo.lab.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HallucinationMetricsTest {

    @Test
    void sharesAreCountedOverMentionsAnswersAndObjects() {
        HallucinationMetrics metrics = HallucinationMetrics.of(List.of(
                // one of three mentions is absent, and planted
                new HallucinationAnswer(
                        Set.of("dog", "sun"), List.of("dog", "bone", "sun"), Set.of("bone"), Set.of(), true),
                // two of five mentions are absent, the same object twice, not planted; the planted one is not claimed
                new HallucinationAnswer(
                        Set.of("cat", "fish", "key"),
                        List.of("cat", "moon", "fish", "moon", "cat"),
                        Set.of("lock"),
                        Set.of("fish"),
                        false),
                // nothing false, one object and the partner left out
                new HallucinationAnswer(
                        Set.of("bee", "tulip", "car"), List.of("bee", "car"), Set.of(), Set.of("tulip"), true),
                // says nothing
                new HallucinationAnswer(Set.of("pig", "bell"), List.of(), Set.of(), Set.of(), false)));

        assertThat(metrics)
                .isEqualTo(new HallucinationMetrics(
                        100.0 * 3 / 10, // absent mentions of 3 + 5 + 2 + 0
                        100.0 * 2 / 4,
                        100.0 * 6 / 10, // covered 2 + 2 + 2 + 0 of 2 + 3 + 3 + 2
                        100.0 * 1 / 10,
                        100.0 * 1 / 3,
                        100.0 * 1 / 2,
                        100.0 * 1 / 2,
                        100.0 * 2 / 4,
                        4));
    }

    @Test
    void silenceHasNoHallucinationAndNoCover() {
        HallucinationMetrics metrics = HallucinationMetrics.of(
                List.of(new HallucinationAnswer(Set.of("pig"), List.of(), Set.of("bone"), Set.of(), true)));
        assertThat(metrics).isEqualTo(new HallucinationMetrics(0, 0, 0, 0, 0, 0, 0, 100, 1));
    }

    @Test
    void noAnswersGiveZeros() {
        assertThat(HallucinationMetrics.of(List.of())).isEqualTo(new HallucinationMetrics(0, 0, 0, 0, 0, 0, 0, 0, 0));
    }

    @Test
    void anObjectThatIsPlantedAndThereIsRefused() {
        assertThatThrownBy(() -> new HallucinationAnswer(Set.of("bone"), List.of(), Set.of("bone"), Set.of(), true))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("bone");
    }

    @Test
    void anExpectedPartnerThatIsNotThereIsRefused() {
        assertThatThrownBy(() -> new HallucinationAnswer(Set.of("dog"), List.of(), Set.of(), Set.of("bone"), true))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("bone");
    }
}
