package io.mdpo.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProgressTest {
    private final AtomicLong clock = new AtomicLong();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    @Test
    void logGetsALineEveryFiveSecondsAndOneAtTheEnd() {
        try (var progress = start(100, false)) {
            for (int second = 0; second < 9; second++) {
                clock.addAndGet(Duration.ofSeconds(1).toNanos());
                progress.add(10);
            }
        }
        assertThat(printed().lines())
                .containsExactly("scoring  50/100 (50%)  10.0/s  5 s left", "scoring  90/100 (90%)  10.0/s  took 9 s");
    }

    @Test
    void terminalLineIsRewritten() {
        try (var progress = start(0, true)) {
            clock.addAndGet(Duration.ofSeconds(90).toNanos());
            progress.update(180);
            progress.update(181);
        }
        assertThat(printed())
                .isEqualTo("\r\u001b[Kscoring  180  2.0/s\r\u001b[Kscoring  181  2.0/s  took 1:30 min"
                        + System.lineSeparator());
    }

    private Progress start(long total, boolean terminal) {
        return Progress.start(
                "scoring", total, new PrintStream(bytes, true, StandardCharsets.UTF_8), terminal, clock::get);
    }

    private String printed() {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
