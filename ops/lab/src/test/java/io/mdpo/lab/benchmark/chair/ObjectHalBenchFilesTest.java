package io.mdpo.lab.benchmark.chair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.mdpo.lab.benchmark.Benchmark.Missing;
import io.mdpo.lab.benchmark.BenchmarkFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ObjectHalBenchFilesTest {
    @TempDir
    private Path dir;

    @BeforeEach
    void writeBenchmark() throws IOException {
        write("synonyms.txt", "person, man\ndog, puppy\ncar");
        write("obj_halbench_300_with_image.jsonl", """
                {"question": "Describe it.", "image_id": 7, "image": "AQI="}
                {"question": "Describe it.", "image_id": "000000000008", "image": "AQI="}
                """);
        write("instances_val2014.json", """
                {"images": [{"id": 7}, {"id": 8}, {"id": 9}],
                 "annotations": [{"image_id": 7, "category_id": 18, "segmentation": {"counts": [1], "size": [2, 2]}},
                  {"image_id": 9, "category_id": 77}],
                 "categories": [{"id": 18, "name": "dog"}]}
                """);
        write("captions_val2014.json", """
                {"images": [{"id": 7}, {"id": 8}], "annotations": [{"image_id": 8, "caption": "Two men and a car."}]}
                """);
    }

    @Test
    void truthComesFromInstancesAndCaptionsOfTheImagesThatAreAskedAbout() throws IOException {
        var benchmark = open();
        var answers = write("answers.jsonl", """
                {"image_id": 7, "text": "Assistant: a puppy and a man."}
                {"image_id": "8", "answer": "Cars."}
                """);
        var report = benchmark.score(benchmark.readAnswers(answers, Missing.REFUSED), done -> {});
        assertThat(report.verdicts())
                .extracting(verdict -> verdict.get("truth"), verdict -> verdict.get("hallucinated"))
                .containsExactly(tuple(List.of("dog"), List.of("person")), tuple(List.of("car"), List.of()));
    }

    @Test
    void everyProblemOfTheAnswersIsNamedWithItsLine() throws IOException {
        var answers = write("answers.jsonl", """
                {"image_id": 7, "text": ""}
                {"image_id": 7, "text": "A dog."}
                {"image_id": 7,
                {"text": "A dog."}
                {"image_id": 70, "text": "A dog."}
                """);
        assertThatThrownBy(() -> open().readAnswers(answers, Missing.REFUSED))
                .isInstanceOf(BenchmarkFileException.class)
                .hasMessageContaining(answers + ":1: the answer to question 7 is empty")
                .hasMessageContaining(answers + ":2: question 7 was answered on line 1 already")
                .hasMessageContaining(answers + ":3: this is not JSON")
                .hasMessageContaining(answers + ":4: image_id is missing")
                .hasMessageContaining(answers + ":5: the benchmark has no question 70")
                .hasMessageContaining("obj_halbench_300_with_image.jsonl:2: question 8 has no answer in " + answers);
    }

    @Test
    void everyProblemOfTheBenchmarkIsNamedWithItsLine() throws IOException {
        write("obj_halbench_300_with_image.jsonl", """
                {"question": "Describe it.", "image_id": 7}
                {"question": "Describe it.", "image_id": 7}
                {"image_id": 8}
                {"question": "Describe it.", "image_id": 11}
                """);
        write("instances_val2014.json", """
                {"images": [{"id": 7}],
                 "annotations": [{"image_id": 7, "category_id": 18},
                  {"image_id": 7, "category_id": 3}],
                 "categories": [{"id": 18, "name": "unicorn"}]}
                """);
        write("captions_val2014.json", "{\"images\": [{\"id\": 7}],\n \"annotations\": [{\"image_id\" 7}]}");
        assertThatThrownBy(this::open)
                .hasMessageContaining("obj_halbench_300_with_image.jsonl:2: image 7 is asked about already")
                .hasMessageContaining("obj_halbench_300_with_image.jsonl:3: question is missing")
                .hasMessageContaining("obj_halbench_300_with_image.jsonl:4: image 11 is not in COCO's instances")
                .hasMessageContaining("instances_val2014.json: category unicorn is not among the synonyms")
                .hasMessageContaining("instances_val2014.json:3: an instance in image 7 has the unknown category 3")
                .hasMessageContaining("captions_val2014.json:2: this is not JSON");
    }

    @Test
    void filesThatAreNotThereAreNamedAtOnce() throws IOException {
        Files.delete(dir.resolve("synonyms.txt"));
        Files.delete(dir.resolve("captions_val2014.json"));
        assertThatThrownBy(this::open)
                .hasMessageContaining("synonyms.txt: the file cannot be read")
                .hasMessageContaining("captions_val2014.json: there is no such file");
    }

    @Test
    void writtenAnswersAreReadBack() throws IOException {
        var benchmark = open();
        var file = dir.resolve("written.jsonl");
        benchmark.writeAnswers(file, Map.of("8", "A car.\nAnd a man."), "some-model");
        assertThat(Files.readString(file))
                .isEqualTo("{\"question_id\":1,\"image_id\":8,\"prompt\":\"Describe it.\","
                        + "\"text\":\"A car.\\nAnd a man.\",\"model_id\":\"some-model\"}\n");
        assertThat(benchmark.readAnswers(file, Missing.LEFT_OUT)).containsExactly(Map.entry("8", "A car.\nAnd a man."));
        assertThat(benchmark.questions().get(0).picture().bytes()).containsExactly(1, 2);
    }

    private ObjectHalBench open() {
        return ObjectHalBench.open(dir, Optional.empty());
    }

    private Path write(String name, String content) throws IOException {
        return Files.writeString(dir.resolve(name), content);
    }
}
