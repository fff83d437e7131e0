package io.mdpo.ops.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigLoaderTest {
    @TempDir
    private Path dir;

    @Test
    void withoutAFileEverythingHasItsDefault() {
        var loaded = loader().load(Optional.empty(), List.of());
        assertThat(loaded.section("learner", SampleConfig.class)).isEqualTo(SampleConfig.defaults());
    }

    @Test
    void bindsEveryType() throws IOException {
        var sample = sample("""
                learner {
                  topic-prefix = test
                  kafka { bootstrap.servers = "a:1", "ssl.protocol" = TLSv1.3, retries = 3 }
                  max-count = 12
                  seed = 9000000000
                  learning-rate = 1e-3
                  enabled = false
                  window = 30s
                  state-dir = "/var/lib/mdpo"
                  speed = full-speed
                  image-root = images
                  targets = [v_proj]
                  inner { rank = 4 }
                }
                """);
        assertThat(sample)
                .isEqualTo(new SampleConfig(
                        "test",
                        Map.of("bootstrap.servers", "a:1", "ssl.protocol", "TLSv1.3", "retries", "3"),
                        12,
                        9_000_000_000L,
                        1e-3,
                        false,
                        Duration.ofSeconds(30),
                        Path.of("/var/lib/mdpo"),
                        SampleConfig.Speed.FULL_SPEED,
                        Optional.of(Path.of("images")),
                        List.of("v_proj"),
                        new SampleConfig.Inner(4, 32)));
    }

    @Test
    void sectionInheritsWhatIsSharedAndOverridesItKeyByKey() throws IOException {
        var sample = sample("""
                topic-prefix = shared
                kafka { bootstrap.servers = "a:1", security.protocol = SSL }
                learner.kafka { "bootstrap.servers" = "b:2" }
                """);
        assertThat(sample.topicPrefix()).isEqualTo("shared");
        assertThat(sample.kafka())
                .containsOnly(Map.entry("bootstrap.servers", "b:2"), Map.entry("security.protocol", "SSL"));
    }

    @Test
    void commandLineOverridesTheFileAndTakesTextsAsTyped() throws IOException {
        var file = write("learner { max-count = 3, state-dir = there }");
        var sample = loader().load(
                        Optional.of(file),
                        List.of(
                                "kafka.bootstrap.servers=host:9092",
                                "learner.max-count = 5",
                                "learner.state-dir=/tmp//x#y",
                                "learner.targets=[a, b]"))
                .section("learner", SampleConfig.class);
        assertThat(sample.kafka()).containsEntry("bootstrap.servers", "host:9092");
        assertThat(sample.maxCount()).isEqualTo(5);
        assertThat(sample.stateDir()).isEqualTo(Path.of("/tmp//x#y"));
        assertThat(sample.targets()).containsExactly("a", "b");
    }

    @Test
    void environmentIsSubstituted() throws IOException {
        var path = System.getenv("PATH");
        assertThat(sample("topic-prefix = ${PATH}").topicPrefix()).isEqualTo(path);
    }

    @Test
    void allProblemsAreReportedAtOnceWithTheirLines() throws IOException {
        var file = write("""
                topic-prefx = x
                learner {
                  max-count = 0
                  seed = 1.5
                  learning-rate = -1
                  enabled = perhaps
                  window = soon
                  speed = fast
                  targets = 3
                  inner { rank = 0, alfa = 2 }
                }
                """);
        assertThat(problems(file))
                .containsExactlyInAnyOrder(
                        file + ":1: topic-prefx is not a known key: did you mean topic-prefix?",
                        file + ":3: learner.max-count is 0; it has to be at least 1",
                        file + ":4: learner.seed: expected a whole number, found 1.5",
                        file + ":5: learner.learning-rate is -1.0; it has to be positive",
                        file + ":6: learner.enabled: expected true or false, found \"perhaps\"",
                        file + ":7: learner.window: expected a duration such as 250ms, 30s or 7d, found \"soon\"",
                        file + ":8: learner.speed: expected one of full-speed, slow, found \"fast\"",
                        file + ":9: learner.targets: expected a list of texts, found 3",
                        file + ":10: learner.inner.rank is 0; it has to be at least 1",
                        file + ":10: learner.inner.alfa is not a known key: did you mean alpha?");
    }

    @Test
    void camelCaseKeyIsAnsweredWithItsSpelling() throws IOException {
        assertThat(problems(write("learner.maxCount = 3")))
                .singleElement()
                .asString()
                .endsWith("learner.maxCount is not a known key: did you mean max-count?");
    }

    @Test
    void keyThatResemblesNothingIsAnsweredWithTheKnownOnes() throws IOException {
        assertThat(problems(write("zzzzzz = 1")))
                .singleElement()
                .asString()
                .endsWith("zzzzzz is not a known key: known here are topic-prefix, kafka, learner");
    }

    @Test
    void valueInPlaceOfASectionIsAProblem() throws IOException {
        assertThat(problems(write("learner = 1"))).singleElement().asString().contains("learner: expected a section");
        assertThat(problems(write("learner.inner = 1")))
                .singleElement()
                .asString()
                .contains("found 1");
    }

    @Test
    void brokenSyntaxAndMissingFileAreProblems() throws IOException {
        assertThat(problems(write("learner {"))).singleElement().asString().contains("mdpo.conf");
        assertThat(problems(dir.resolve("absent.conf")))
                .singleElement()
                .asString()
                .contains("cannot be read");
        assertThat(problems(write("topic-prefix = ${MDPO_NO_SUCH_VARIABLE}")))
                .singleElement()
                .asString()
                .contains("MDPO_NO_SUCH_VARIABLE");
    }

    @Test
    void printedConfigurationMasksSecretsAndReadsBackAsTheSameOtherwise() throws IOException {
        var loaded = loader().load(Optional.of(write("""
                                kafka { bootstrap.servers = "a:1", ssl.key.password = hunter2 }
                                kafka.sasl.jaas.config = "Login required password=hunter2;"
                                learner { window = 1500ms, speed = full-speed, image-root = images }
                                """)), List.of());
        var printed = loaded.print();
        assertThat(printed)
                .doesNotContain("hunter2")
                .contains("learner.kafka.\"ssl.key.password\" = \"***\"")
                .contains("learner.kafka.\"bootstrap.servers\" = \"a:1\"");

        var again = sample(printed);
        var expected = loaded.section("learner", SampleConfig.class);
        assertThat(again).usingRecursiveComparison().ignoringFields("kafka").isEqualTo(expected);
    }

    private List<String> problems(Path file) {
        var thrown =
                catchThrowableOfType(InvalidConfigException.class, () -> loader().load(Optional.of(file), List.of()));
        return thrown.problems().stream().map(ConfigProblem::toString).toList();
    }

    private SampleConfig sample(String text) throws IOException {
        return loader().load(Optional.of(write(text)), List.of()).section("learner", SampleConfig.class);
    }

    private Path write(String text) throws IOException {
        return Files.writeString(dir.resolve("mdpo.conf"), text);
    }

    private static ConfigLoader loader() {
        return new ConfigLoader(new LinkedHashMap<>(Map.of("learner", SampleConfig.class)));
    }
}
