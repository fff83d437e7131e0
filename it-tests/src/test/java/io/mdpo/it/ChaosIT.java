package io.mdpo.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Broker and services as processes that are killed; the full measure is 50 kills, with {@code ops/mdpo chaos}. */
@Timeout(600)
class ChaosIT {
    @Test
    void fiveKillsLoseNothingRepeatNothingAndChangeNoWeight(@TempDir Path directory) throws IOException {
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

        var json = new ObjectMapper().readTree(report.toFile());
        assertThat(chaos.exitCode()).as(chaos.out() + chaos.err()).isZero();
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
}
