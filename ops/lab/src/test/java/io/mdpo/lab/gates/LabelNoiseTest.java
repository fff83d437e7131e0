package io.mdpo.lab.gates;

import static org.assertj.core.api.Assertions.assertThat;

import io.mdpo.scorer.gate.DisagreementConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * On the bundled pairs as the bundled model scores them; {@code ops/mdpo label-noise --scores FILE} made the table.
 * Margin and baseline were chosen on seeds from 1000 on.
 */
class LabelNoiseTest {
    private static final int FROM = 2_000;

    private static final LabelNoise STREAM = new LabelNoise(differences(), DisagreementConfig.defaults());

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2})
    void aFifthOfTheLabelsReversedIsNoticedWithinFiveHundredPairs(long seed) {
        var alarm = STREAM.alarm(seed, FROM, 0.2);

        assertThat(alarm).isPresent();
        assertThat(alarm.getAsInt()).isBetween(FROM, FROM + 499);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2})
    void labelsAsTheyAreRaiseNoAlarm(long seed) {
        assertThat(STREAM.alarm(seed, STREAM.differences().size(), 0)).isEmpty();
    }

    @Test
    void ofAHundredOrdersNoneRaisesAFalseAlarmAndHalfAreNoticedWithinTwoHundredPairs() {
        var delays = LongStream.range(0, 100)
                .mapToInt(seed -> STREAM.alarm(seed, FROM, 0.2).orElse(Integer.MAX_VALUE) - FROM + 1)
                .sorted()
                .toArray();

        assertThat(delays[0]).as("no alarm before the first reversed label").isPositive();
        assertThat(delays[50]).isLessThanOrEqualTo(200);
        assertThat(delays[95]).isLessThanOrEqualTo(500);
        assertThat(delays[99]).isLessThanOrEqualTo(1_000);
    }

    /** A stream whose labels are all reversed from the first pair on has no past to be compared with. */
    @Test
    void aSourceAloneThatWasNeverRightIsNotNoticed() {
        assertThat(STREAM.alarm(0, 0, 1)).isEmpty();
    }

    private static List<Double> differences() {
        try {
            var table = Objects.requireNonNull(LabelNoiseTest.class.getResource("differences.txt"));
            return Files.readAllLines(Path.of(table.toURI())).stream()
                    .map(Double::valueOf)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
