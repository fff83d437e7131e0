package io.mdpo.lab.benchmark.amber;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mdpo.lab.benchmark.Benchmark.Missing;
import io.mdpo.lab.benchmark.BenchmarkFileException;
import io.mdpo.lab.benchmark.Picture;
import io.mdpo.lab.benchmark.Question;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AmberFilesTest {
    @TempDir
    private Path dir;

    @BeforeEach
    void writeBenchmark() throws IOException {
        write("relation.json", "{\"dog\": [\"puppy\"], \"sky\": [], \"cat\": []}");
        write("safe_words.txt", "sky");
        write("annotations.json", """
                [{"id": 1, "type": "generative", "truth": ["dog"], "hallu": ["cat"]},
                 {"id": 2, "type": "generative", "truth": ["sky"], "hallu": ["dog"]},
                 {"id": 3, "type": "discriminative-hallucination", "truth": "no"}]
                """);
        write("query/query_all.json", """
                [{"id": 1, "image": "AMBER_1.jpg", "query": "Describe this image."},
                 {"id": 2, "image": "AMBER_2.jpg", "query": "Describe this image."},
                 {"id": 3, "image": "AMBER_1.jpg", "query": "Is there a cat in this image?"}]
                """);
    }

    @Test
    void everyProblemOfTheAnswersIsNamedWithItsLine() throws IOException {
        var answers = write("answers.json", """
                [
                  {"id": 1, "response": "A dog."},
                  {"id": 1, "response": "A cat."},
                  {"response": "A bird."},
                  {"id": 3},
                  {"id": 4, "response": "No"},
                  {"id": "two", "response": "A sky."}
                ]
                """);
        assertThatThrownBy(() -> open().readAnswers(answers, Missing.REFUSED))
                .isInstanceOf(BenchmarkFileException.class)
                .hasMessageContaining(answers + ":3: question 1 was answered on line 2 already")
                .hasMessageContaining(answers + ":4: id is missing")
                .hasMessageContaining(answers + ":5: response is missing")
                .hasMessageContaining(answers + ":6: the benchmark has no question 4")
                .hasMessageContaining(answers + ":7: id is not a whole number")
                .hasMessageContaining("query_all.json:2: question 2 has no answer in " + answers)
                .message()
                .doesNotContain("question 3 has no answer");
    }

    @Test
    void emptyAnswersAreRefusedUnlessTheyAreAllowed() throws IOException {
        var answers = write(
                "answers.json",
                "[{\"id\": 1, \"response\": \"A dog.\"},\n{\"id\": 2, \"response\": \" \"},\n{\"id\": 3, \"response\": \"No\"}]");
        assertThatThrownBy(() -> open().readAnswers(answers, Missing.REFUSED))
                .hasMessageContaining(answers + ":2: the answer to question 2 is empty");
        assertThat(open().readAnswers(answers, Missing.EMPTY_ALLOWED)).containsEntry("2", " ");
        assertThat(open().readAnswers(answers, Missing.LEFT_OUT)).containsOnlyKeys("1", "3");
    }

    @Test
    void everyProblemOfTheBenchmarkIsNamedWithItsLine() throws IOException {
        write("annotations.json", """
                [{"id": 1, "type": "generative", "truth": ["dog", "horse"], "hallu": []},
                 {"id": 2, "type": "generative", "truth": ["sky"]},
                 {"id": 3, "type": "discriminative-hallucination", "truth": "perhaps"},
                 {"id": 4, "type": "poetic", "truth": "no"},
                 {"id": 5, "type": "relation", "truth": "no"},
                 {"id": 5, "type": "relation", "truth": "no"}]
                """);
        write(
                "query/query_all.json",
                "[{\"id\": 5, \"image\": \"a\", \"query\": \"b\"},\n{\"id\": 5, \"image\": \"a\", \"query\": \"b\"},\n{\"id\": 6}]");
        Files.delete(dir.resolve("safe_words.txt"));
        assertThatThrownBy(this::open)
                .hasMessageContaining("annotations.json:1: horse has no entry in " + dir.resolve("relation.json"))
                .hasMessageContaining("annotations.json:2: hallu is missing or not a list")
                .hasMessageContaining("annotations.json:3: truth is 'perhaps'; it has to be yes or no")
                .hasMessageContaining("annotations.json:4: type poetic is not one of AMBER's")
                .hasMessageContaining("annotations.json:6: id 5 is annotated already")
                .hasMessageContaining("query_all.json:2: id 5 is asked already")
                .hasMessageContaining("query_all.json:3: image is missing")
                .hasMessageContaining("safe_words.txt: the file cannot be read");
    }

    @Test
    void writtenAnswersAreReadBackAndReplaceTheFileAtOnce() throws IOException {
        var amber = open();
        var file = dir.resolve("out/answers.json");
        amber.writeAnswers(file, Map.of("3", "No", "1", "A \"dog\"."), "model");
        assertThat(amber.readAnswers(file, Missing.LEFT_OUT))
                .containsExactly(Map.entry("1", "A \"dog\"."), Map.entry("3", "No"));
        amber.writeAnswers(file, Map.of("1", "A cat."), "model");
        assertThat(amber.readAnswers(file, Missing.LEFT_OUT)).containsExactly(Map.entry("1", "A cat."));
        try (var files = Files.list(file.getParent())) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void aModelsReplyToAYesNoQuestionBecomesTheWordOfTheFormat() {
        var amber = open();
        Question description = amber.questions().get(0);
        Question yesNo = amber.questions().get(2);
        assertThat(amber.answer(yesNo, "No, there is no cat\nin it.")).isEqualTo("No");
        assertThat(amber.answer(yesNo, " **yes**")).isEqualTo("Yes");
        assertThat(amber.answer(yesNo, "Nothing of the kind")).isEqualTo("Nothing of the kind");
        assertThat(amber.answer(description, "No dog.")).isEqualTo("No dog.");
    }

    @Test
    void onlyTheFirstQuestionsAreAskedAndTheReportSaysSo() throws IOException {
        var amber =
                Amber.open(dir, new Amber.Settings(AmberPart.ALL, Optional.of(1), Optional.empty(), Optional.empty()));
        var answers =
                write("answers.json", "[{\"id\": 1, \"response\": \"A puppy.\"}, {\"id\": 3, \"response\": \"No\"}]");
        var report = amber.score(amber.readAnswers(answers, Missing.REFUSED), done -> {});
        assertThat(report.answers()).isEqualTo(1);
        assertThat(report.comparable()).isFalse();
        assertThat(report.notes()).anyMatch(note -> note.contains("only the first 1 questions were asked"));
    }

    @Test
    void theDirectoryAboveIsAcceptedAndImagesBesideTheDataAreFound() throws IOException {
        var above = Files.createDirectories(dir.resolve("above"));
        try (var files = Files.walk(dir)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                var copy = above.resolve("data").resolve(dir.relativize(file).toString());
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
            }
        }
        Picture missing = Amber.open(above, settings()).questions().get(0).picture();
        assertThat(missing.problem())
                .hasValueSatisfying(problem -> assertThat(problem).contains("AMBER_1.jpg"));
        Files.createDirectories(above.resolve("image"));
        Files.write(above.resolve("image/AMBER_1.jpg"), new byte[] {1, 2});
        assertThat(missing.problem()).isEmpty();
        assertThat(missing.bytes()).containsExactly(1, 2);
    }

    @Test
    void wrongLinesOfATableOfSimilaritiesAreNamed() throws IOException {
        var file =
                write("similarities.tsv", "# comment\ndog\tpuppy\t0.9\ndog cat 0.2\ndog\tcat\thigh\ndog\tcat\t7\n\n");
        assertThatThrownBy(() -> Similarities.read(file))
                .hasMessageContaining(file + ":3: this is not two words and a number")
                .hasMessageContaining(file + ":4: high is no similarity")
                .hasMessageContaining(file + ":5: 7 is no similarity");
        assertThatThrownBy(() -> Similarities.read(dir.resolve("none.tsv"))).hasMessageContaining("cannot be read");
    }

    private Amber open() {
        return Amber.open(dir, settings());
    }

    private static Amber.Settings settings() {
        return new Amber.Settings(AmberPart.ALL, Optional.empty(), Optional.empty(), Optional.empty());
    }

    private Path write(String name, String content) throws IOException {
        var file = dir.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, content);
    }
}
