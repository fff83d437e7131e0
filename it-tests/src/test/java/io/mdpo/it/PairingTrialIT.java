package io.mdpo.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Pairing as a process that is killed; the full measure is 100,000 records and 20 kills, with {@code ops/mdpo pairing-trial}. */
@Timeout(600)
class PairingTrialIT {
    private static final int EVENTS = 3_000;

    @Test
    void killsChangeNoPairAndNoOutcome(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path directory) throws IOException {
        var report = directory.resolve("report.json");

        var trial = Cli.run(
                "pairing-trial",
                "--events",
                Integer.toString(EVENTS),
                "--kills",
                "3",
                "--seed",
                "7",
                "--dir",
                directory.resolve("data").toString(),
                "--report",
                report.toString());

        assertThat(trial.exitCode())
                .as(() -> trial.out() + trial.err() + log(directory.resolve("data/pairing.log")))
                .isZero();
        var json = new ObjectMapper().readTree(report.toFile());
        assertThat(json.path("kills").asInt()).isEqualTo(3);
        assertThat(json.path("endedByItself").asInt()).isZero();
        assertThat(json.path("feedback").asInt()).isGreaterThanOrEqualTo(EVENTS);
        assertThat(json.path("pairs").asInt()).isGreaterThan(EVENTS / 10);
        assertThat(json.path("missing").asInt()).isZero();
        assertThat(json.path("wrong").asInt()).isZero();
        assertThat(json.path("repeated").asInt()).isZero();
    }

    private static String log(Path file) {
        try {
            var lines = Files.readAllLines(file);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 60), lines.size()));
        } catch (IOException e) {
            return file + ": " + e.getMessage();
        }
    }
}
