package io.mdpo.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Broker and services as processes that are killed; the full measure is 50 kills, with {@code ops/mdpo chaos}. */
@Timeout(600)
class ChaosIT {
    private static final int LOG_LINES = 15;

    @Test
    void fiveKillsLoseNothingRepeatNothingAndChangeNoWeight(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path directory)
            throws IOException {
        var report = directory.resolve("report.json");

        var chaos = Cli.run(
                "chaos",
                "--kills",
                "5",
                "--pairs",
                "128",
                "--seed",
                "7",
                "--dir",
                directory.resolve("data").toString(),
                "--report",
                report.toString());

        assertThat(chaos.exitCode())
                .as(() -> chaos.out() + chaos.err() + ends(directory))
                .isZero();
        var json = new ObjectMapper().readTree(report.toFile());
        assertThat(json.path("kills").asInt()).isEqualTo(5);
        assertThat(json.path("pairs").asInt()).isEqualTo(134);
        assertThat(json.path("learned").asInt()).isEqualTo(128);
        assertThat(json.path("rejected").asInt()).isEqualTo(6);
        assertThat(json.path("lost").asInt()).isZero();
        assertThat(json.path("repeated").asInt()).isZero();
        assertThat(json.path("sha256Interrupted").asText())
                .isEqualTo(json.path("sha256Uninterrupted").asText());
        assertThat(json.path("checkpoints").asInt()).isEqualTo(4);
        assertThat(json.path("checkpointsThatDiffer").asInt()).isZero();
    }

    /** The last lines of every log. */
    private static String ends(Path directory) {
        try (var files = Files.walk(directory)) {
            return files.filter(file -> file.toString().endsWith(".log"))
                    .filter(file -> !file.toString().contains("broker/"))
                    .sorted()
                    .map(ChaosIT::end)
                    .collect(Collectors.joining("\n"));
        } catch (IOException e) {
            return "no logs: " + e.getMessage();
        }
    }

    private static String end(Path log) {
        try {
            var lines = Files.readAllLines(log);
            return log + "\n" + String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
        } catch (IOException e) {
            return log + ": " + e.getMessage();
        }
    }
}
