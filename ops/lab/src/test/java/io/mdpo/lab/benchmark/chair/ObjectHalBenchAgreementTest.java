package io.mdpo.lab.benchmark.chair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mdpo.lab.benchmark.Benchmark.Missing;
import io.mdpo.lab.benchmark.Report;
import io.mdpo.lab.benchmark.Report.Metric;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against the programs of Object HalBench, without its GPT, and of CHAIR, which chair.py ran over 68 answers. */
class ObjectHalBenchAgreementTest {
    private static final Path DATA = Path.of("src/test/resources/benchmarks/chair");

    private JsonNode golden;
    private Report report;

    @BeforeEach
    void score() throws IOException {
        golden = new ObjectMapper().readTree(DATA.resolve("golden.json").toFile());
        var benchmark = ObjectHalBench.open(DATA, Optional.empty());
        report = benchmark.score(benchmark.readAnswers(DATA.resolve("answers.jsonl"), Missing.REFUSED), done -> {});
    }

    @Test
    void mentionsHallucinationsAndTruthOfEveryAnswerAreObjectHalBenchs() {
        var answers = golden.path("object_halbench").path("answers");
        assertThat(report.verdicts()).hasSize(68);
        for (Map<String, Object> verdict : report.verdicts()) {
            var reference = answers.path(String.valueOf(verdict.get("image_id")));
            for (String what : List.of("mentioned", "hallucinated", "truth")) {
                assertThat(verdict.get(what))
                        .as("%s of %s", what, verdict.get("image_id"))
                        .isEqualTo(texts(reference.path(what)));
            }
        }
    }

    @Test
    void metricsAreObjectHalBenchs() {
        var overall = golden.path("object_halbench").path("overall");
        var metrics = metrics();
        assertThat(metrics.get("CHAIRs"))
                .isCloseTo(100 * overall.path("CHAIRs_refine").asDouble(), within(1e-9));
        assertThat(metrics.get("CHAIRs of all"))
                .isCloseTo(100 * overall.path("CHAIRs").asDouble(), within(1e-9));
        assertThat(metrics.get("CHAIRi")).isCloseTo(100 * overall.path("CHAIRi").asDouble(), within(1e-9));
        assertThat(metrics.get("Recall"))
                .isCloseTo(100 * overall.path("obj_rec").asDouble(), within(1e-9));
        assertThat(metrics.get("CHAIRs")).isNotEqualTo(metrics.get("CHAIRs of all"));
    }

    /**
     * The program of 2018 differs in its singulars alone: "bus" has none there, and "men" becomes "man", where WordNet
     * knows "men" as a word.
     */
    @Test
    void mentionsAreThoseOfTheOriginalChairInAllButTwoAnswers() {
        var answers = golden.path("chair_2018").path("answers");
        assertThat(report.verdicts().stream()
                        .filter(verdict -> !Objects.equals(
                                verdict.get("mentioned"),
                                texts(answers.path(String.valueOf(verdict.get("image_id")))
                                        .path("mentioned"))))
                        .map(verdict -> verdict.get("image_id")))
                .containsExactly(1049L, 1140L);
        var overall = golden.path("chair_2018").path("overall");
        assertThat(metrics().get("CHAIRs of all"))
                .isCloseTo(100 * overall.path("CHAIRs").asDouble(), within(1e-9));
        assertThat(metrics().get("CHAIRi"))
                .isCloseTo(100 * overall.path("CHAIRi").asDouble(), within(0.5));
    }

    @Test
    void theReportSaysThatPublishedNumbersAreOthers() {
        assertThat(report.comparable()).isFalse();
        assertThat(report.notes()).singleElement().asString().contains("GPT");
    }

    private Map<String, Double> metrics() {
        return report.sections().get(0).metrics().stream().collect(Collectors.toMap(Metric::name, Metric::value));
    }

    private static List<String> texts(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }
}
