package io.mdpo.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The small suite, and what held in every seed of the paper's suite. */
class ExperimentIT {
    @Test
    void mdpoKeepsWhatTheBaseKnewAndWithoutItsAnchorTheTruthBecomesLessLikely(@TempDir Path report) throws IOException {
        var experiment = Cli.run(
                "experiment",
                "--suite=small",
                "--streams=grounded",
                "--seeds=1",
                "--pairs=512",
                "--scenes=50",
                "--report=" + report);

        assertThat(experiment.exitCode()).as(experiment.err()).isZero();
        var stream = new ObjectMapper()
                .readTree(report.resolve("results.json").toFile())
                .path("streams")
                .path(0);
        var base = stream.path("base");
        var mdpo = scores(stream, "MDPO");
        assertThat(mdpo.path("greedy").path("cover").asDouble())
                .isGreaterThan(base.path("greedy").path("cover").asDouble() - 4);
        assertThat(mdpo.path("chosenLogProb").asDouble())
                .isGreaterThan(base.path("chosenLogProb").asDouble())
                .isGreaterThan(scores(stream, "MDPO_WITHOUT_ANCHOR")
                        .path("chosenLogProb")
                        .asDouble());
        assertThat(Files.readString(report.resolve("report.md"))).contains("| mDPO |");
        assertThat(report.resolve("grounded-chosen.png")).isNotEmptyFile();
    }

    private static JsonNode scores(JsonNode stream, String variant) {
        for (var compared : stream.path("compared")) {
            if (compared.path("variant").asText().equals(variant)) {
                return compared.path("runs").path(0).path("scores");
            }
        }
        throw new AssertionError(variant + " is not in the report");
    }
}
