package io.mdpo.lab.benchmark.amber;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mdpo.lab.benchmark.Benchmark.Missing;
import io.mdpo.lab.benchmark.Question;
import io.mdpo.lab.benchmark.Report;
import io.mdpo.lab.benchmark.Report.Metric;
import io.mdpo.lab.benchmark.Report.Section;
import io.mdpo.lab.benchmark.text.NltkTagger;
import io.mdpo.lab.benchmark.text.Nouns;
import io.mdpo.lab.benchmark.text.Tagger;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against AMBER's own program, which amber.py ran over 60 descriptions and 66 answers to yes-no questions. */
class AmberAgreementTest {
    private static final Path DATA = Path.of("src/test/resources/benchmarks/amber");
    private static final Map<String, String> SECTIONS = Map.of(
            "Descriminative Task", "discriminative",
            "Exsitence", "existence",
            "Attribute", "attribute",
            "State", "state",
            "Number", "number",
            "Action", "action",
            "Relation", "relation");

    private JsonNode golden;

    @BeforeEach
    void readGolden() throws IOException {
        golden = new ObjectMapper().readTree(DATA.resolve("golden.json").toFile());
    }

    @Test
    void withTheReferencesNounsEveryDescriptionAndAllOfThemScoreAsThere() {
        var amber = amber(AmberPart.GENERATIVE, true);
        var descriptions = new ArrayList<Description>();
        for (Question question : amber.questions()) {
            var description = amber.describe(nouns(question), amber.annotation(question));
            descriptions.add(description);
            assertThat(values(new GenerativeScore(List.of(description)).section()))
                    .as("description %s", question.id())
                    .isEqualTo(values(golden.path("each").path(question.id())));
        }
        assertThat(descriptions).hasSize(60);
        assertThat(values(new GenerativeScore(descriptions).section()))
                .isEqualTo(values(golden.path("all").path("Generative Task")));
    }

    @Test
    void withTheReferencesNounsAndWithoutEmbeddingsTooTheyScoreAsThere() {
        var amber = amber(AmberPart.GENERATIVE, false);
        var descriptions = amber.questions().stream()
                .map(question -> amber.describe(nouns(question), amber.annotation(question)))
                .toList();
        assertThat(values(new GenerativeScore(descriptions).section()))
                .isEqualTo(values(golden.path("without_similarities")));
    }

    @Test
    void yesNoAnswersScoreAsThereInEveryDimension() {
        var report = report(amber(AmberPart.ALL, true));
        SECTIONS.forEach((reference, ours) -> assertThat(values(section(report, ours)))
                .as(ours)
                .isEqualTo(values(golden.path("all").path(reference))));
        assertThat(report.notes())
                .contains(
                        "12 of 66 answers to yes-no questions are neither Yes nor No; they count as wrong, as in AMBER");
    }

    @Test
    void fromTheTextsOnTheyScoreAsThereIfTheTaggerIsTheReferences() {
        var table = Optional.of(Similarities.read(DATA.resolve("similarities.tsv")));
        var tagger = Optional.of(NltkTagger.read(DATA.resolveSibling("tagger")));
        var amber = Amber.open(DATA, new Amber.Settings(AmberPart.ALL, Optional.empty(), table, tagger));
        var report = report(amber);
        assertThat(values(section(report, "generative")))
                .isEqualTo(values(golden.path("all").path("Generative Task")));
        assertThat(report.comparable()).isTrue();
    }

    /** OpenNLP finds more of the nouns than NLTK: "wine" in "wine glasses", "umbrella", "bike". These are its limits. */
    @Test
    void withOpenNlpsTaggerTheyScoreWithinTwoPointsOfThere() {
        var amber = amber(AmberPart.ALL, true);
        var answers = amber.readAnswers(DATA.resolve("answers.json"), Missing.REFUSED);
        var finder = new Nouns(Tagger.openNlp());
        int different = 0;
        int mentions = 0;
        for (Question question : amber(AmberPart.GENERATIVE, true).questions()) {
            var annotation = amber.annotation(question);
            var text = Objects.requireNonNull(answers.get(question.id()));
            var missed =
                    new ArrayList<>(amber.describe(nouns(question), annotation).mentioned());
            var added =
                    new ArrayList<>(amber.describe(finder.of(text), annotation).mentioned());
            mentions += missed.size();
            List.copyOf(added).forEach(noun -> {
                if (missed.remove(noun)) {
                    added.remove(noun);
                }
            });
            different += missed.size() + added.size();
        }
        assertThat(mentions).isGreaterThan(300);
        assertThat(different).isLessThanOrEqualTo(30);
        var report = report(amber);
        assertThat(report.comparable()).isFalse();
        assertThat(report.notes()).anyMatch(note -> note.contains("without --tagger"));
        values(section(report, "generative")).forEach((metric, value) -> assertThat(value)
                .as(metric)
                .isCloseTo(
                        golden.path("all").path("Generative Task").path(metric).asDouble(), within(2.0)));
    }

    private static Amber amber(AmberPart part, boolean similarities) {
        Optional<Similarities> table =
                similarities ? Optional.of(Similarities.read(DATA.resolve("similarities.tsv"))) : Optional.empty();
        return Amber.open(DATA, new Amber.Settings(part, Optional.empty(), table, Optional.empty()));
    }

    private static Report report(Amber amber) {
        return amber.score(amber.readAnswers(DATA.resolve("answers.json"), Missing.REFUSED), done -> {});
    }

    private List<String> nouns(Question question) {
        var nouns = new ArrayList<String>();
        golden.path("nouns").path(question.id()).forEach(noun -> nouns.add(noun.asText()));
        return nouns;
    }

    private static Section section(Report report, String name) {
        return report.sections().stream()
                .filter(section -> section.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static Map<String, Double> values(Section section) {
        return section.metrics().stream().collect(Collectors.toMap(Metric::name, Metric::value));
    }

    private static Map<String, Double> values(JsonNode metrics) {
        var values = new HashMap<String, Double>();
        metrics.properties()
                .forEach(metric -> values.put(metric.getKey(), metric.getValue().asDouble()));
        return values;
    }
}
