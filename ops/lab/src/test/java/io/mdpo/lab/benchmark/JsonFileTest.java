package io.mdpo.lab.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsonFileTest {
    @TempDir
    private Path dir;

    private final Problems problems = new Problems();

    @Test
    void recordsOfAnArrayKnowTheirLines() throws IOException {
        assertThat(lines("\ufeff[\n  {\"id\": 1},\n  {\n    \"id\": 2\n  }, {\"id\": 3}]\n"))
                .containsExactly(2, 3, 5);
        assertThat(lines("[]")).isEmpty();
        assertThat(problems.isEmpty()).isTrue();
    }

    @Test
    void recordsOfJsonLinesKnowTheirLines() throws IOException {
        assertThat(lines("{\"id\": 1}\n\n{\"id\": 2}\r\n{\"id\": 3}")).containsExactly(1, 3, 4);
        assertThat(lines("")).isEmpty();
        assertThat(problems.isEmpty()).isTrue();
    }

    @Test
    void anArrayEndsWhereItIsMalformed() throws IOException {
        assertThat(lines("[{\"id\": 1},\n{\"id\": 2},\n{\"id\" 3}]")).containsExactly(1, 2);
        assertThat(found()).singleElement().asString().contains("a.json:3: this is not JSON: Unexpected character");

        assertThat(lines("[{\"id\": 1},\n")).containsExactly(1);
        assertThat(found().get(1)).contains("this is not JSON");
    }

    @Test
    void everyMalformedLineIsNamed() throws IOException {
        assertThat(lines("{\"id\": 1}\n{\"id\"\n{\"id\": 3} x\n[4]\n{\"id\": 5, \"id\": 5}\n{\"id\": 6}"))
                .containsExactly(1, 6);
        assertThat(found())
                .satisfiesExactly(
                        line -> assertThat(line).contains("a.json:2: this is not JSON"),
                        line -> assertThat(line).contains("a.json:3: this is not JSON"),
                        line -> assertThat(line).contains("a.json:4: this is not a JSON object"),
                        line -> assertThat(line).contains("a.json:5: this is not JSON: Duplicate field 'id'"));
    }

    @Test
    void textAfterAnArrayAndElementsThatAreNoObjectsAreProblems() throws IOException {
        assertThat(lines("[1,\n{\"id\": 2}]\n{}")).containsExactly(2);
        assertThat(found())
                .satisfiesExactly(
                        line -> assertThat(line).contains("a.json:1: this is not a JSON object"),
                        line -> assertThat(line).contains("a.json:3: something follows the array's end"));
    }

    @Test
    void aMissingFileAndOneThatIsNotUtf8AreProblems() throws IOException {
        assertThat(new JsonFile(dir.resolve("none.json"), problems).records()).isEmpty();
        Files.write(dir.resolve("latin1.json"), "[{\"id\": \"\u00e4\"}]".getBytes(StandardCharsets.ISO_8859_1));
        assertThat(new JsonFile(dir.resolve("latin1.json"), problems).records()).isEmpty();
        assertThat(found())
                .satisfiesExactly(
                        line -> assertThat(line).endsWith("none.json: there is no such file"),
                        line -> assertThat(line).endsWith("latin1.json: the file is not UTF-8"));
    }

    @Test
    void aLongListOfProblemsIsCutInTheMessageOnly() {
        for (int line = 1; line <= 40; line++) {
            problems.add(new Place(Path.of("a.json"), line), "wrong");
        }
        assertThatThrownBy(problems::throwIfAny)
                .isInstanceOfSatisfying(BenchmarkFileException.class, e -> assertThat(e.problems())
                        .hasSize(40))
                .hasMessageContaining("a.json:25: wrong\n  and 15 more")
                .message()
                .doesNotContain("a.json:26");
    }

    private List<Integer> lines(String content) throws IOException {
        var file = Files.writeString(dir.resolve("a.json"), content);
        return new JsonFile(file, problems)
                .records().stream().map(record -> record.place().line()).toList();
    }

    private List<String> found() {
        try {
            problems.throwIfAny();
            return List.of();
        } catch (BenchmarkFileException e) {
            return e.problems().stream().map(Problem::toString).toList();
        }
    }
}
