package io.mdpo.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Gateway and broker as processes that are killed; the full measure is {@code ops/mdpo gateway-load}. */
@Timeout(300)
class GatewayLoadIT {
    @Test
    void everyAcknowledgedEventIsInTheTopicOnceWhateverIsKilled(
            @TempDir(cleanup = CleanupMode.ON_SUCCESS) Path directory) throws IOException {
        var report = directory.resolve("report.json");

        var load = Cli.run(
                "gateway-load",
                "--rate",
                "300",
                "--seconds",
                "10",
                "--kills",
                "3",
                "--seed",
                "7",
                "--dir",
                directory.resolve("data").toString(),
                "--report",
                report.toString());

        assertThat(load.exitCode()).as(() -> load.out() + load.err()).isZero();
        var json = new ObjectMapper().readTree(report.toFile());
        assertThat(json.path("events").asInt()).isEqualTo(3_000);
        assertThat(json.path("acknowledged").asInt()).isEqualTo(3_000);
        assertThat(json.path("inTopic").asInt()).isEqualTo(3_000);
        assertThat(json.path("lost").asInt()).isZero();
        assertThat(json.path("repeated").asInt()).isZero();
        assertThat(json.path("killed").path("gateway").asInt()).isEqualTo(2);
        assertThat(json.path("killed").path("broker").asInt()).isEqualTo(1);
        assertThat(json.path("attempts").asInt()).as("some were sent again").isGreaterThan(3_000);
    }
}
