package io.mdpo.lab.benchmark.mmhal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.mdpo.lab.benchmark.Benchmark.Missing;
import io.mdpo.lab.benchmark.BenchmarkFileException;
import io.mdpo.lab.benchmark.Report;
import io.mdpo.lab.benchmark.Report.Section;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MmHalBenchTest {
    @TempDir
    private Path dir;

    private final List<String> prompts = new ArrayList<>();

    @BeforeEach
    void writeBenchmark() throws IOException {
        write("response_template.json", """
                [{"question_type": "counting", "question_topic": "food", "image_id": "aa",
                  "image_src": "https://example.org/1/one.jpg", "image_content": ["Apple", "Plate"],
                  "question": "How many apples?", "gt_answer": "Two apples.", "model_answer": ""},
                 {"question_type": "attribute", "question_topic": "food", "image_id": "bb", "image_src": "",
                  "image_content": [], "question": "Which colour?", "gt_answer": "100% red.", "model_answer": ""},
                 {"question_type": "counting", "question_topic": "food", "image_id": "cc", "image_src": "",
                  "image_content": [], "question": "How many pears?", "gt_answer": "None.", "model_answer": ""}]
                """);
    }

    @Test
    void scoresAreMeansOfRatingsOverallAndByType() throws IOException {
        var report =
                report(prompt -> prompt.contains("How many apples?") ? "Rating: 6" : "Rating: 1", Optional.empty());
        assertThat(report.sections())
                .extracting(Section::name, Section::answers, s -> metric(s, 0), s -> metric(s, 1))
                .containsExactly(
                        tuple("all", 3, 8.0 / 3, 2.0 / 3),
                        tuple("counting", 2, 3.5, 0.5),
                        tuple("attribute", 1, 1.0, 1.0));
        assertThat(report.comparable()).isFalse();
        assertThat(report.notes()).singleElement().asString().contains("judged by test-judge", "not comparable");
    }

    @Test
    void thePromptHoldsWhatIsKnownAndTheAnswer() throws IOException {
        report(prompt -> "Rating: 3", Optional.empty());
        assertThat(prompts).hasSize(3);
        assertThat(prompts.get(0))
                .contains("Objects in the image: Apple, Plate\n", "Question: How many apples?\n")
                .contains("A person's answer: Two apples.\n")
                .endsWith("The assistant's answer: One.\n");
        assertThat(prompts.get(1)).contains("100% red.");
    }

    @Test
    void reviewsWithoutExactlyOneRatingCountAsZeroAndAreReported() throws IOException {
        var report = report(
                prompt -> prompt.contains("apples?") ? "Rating: 5, or rather rating: 4" : "I cannot say.",
                Optional.empty());
        assertThat(metric(report.sections().get(0), 0)).isZero();
        assertThat(report.notes()).anyMatch(note -> note.startsWith("3 reviews do not name exactly one rating"));
    }

    @ParameterizedTest
    @CsvSource({
        "Rating: 0, 0",
        "**Rating: 6**, 6",
        "My rating is 4., 4",
        "Rating: 3 ... so the RATING: 3, 3",
        "Rating: 3 or rating is 4, -1",
        "Rating: 7, -1",
        "Rating 3, -1",
        "'', -1"
    })
    void aRatingIsReadWhereTheReviewNamesExactlyOne(String review, int rating) {
        assertThat(Rating.in(review).orElse(-1)).isEqualTo(rating);
    }

    @Test
    void reviewsAreKeptForTheSameAnswerAndJudge() throws IOException {
        var file = dir.resolve("reviews.jsonl");
        report(prompt -> "Rating: 2", Optional.of(file));
        assertThat(prompts).hasSize(3);

        var again = report(prompt -> "Rating: 6", Optional.of(file));
        assertThat(prompts).hasSize(3);
        assertThat(metric(again.sections().get(0), 0)).isEqualTo(2);

        var benchmark =
                MmHalBench.open(dir, Optional.empty(), judge("other", prompt -> "Rating: 6"), Optional.of(file));
        benchmark.score(Map.of("aa", "One."), done -> {});
        assertThat(prompts).hasSize(4);
        benchmark.score(Map.of("aa", "Two."), done -> {});
        assertThat(prompts).hasSize(5);
        assertThat(Files.readAllLines(file)).hasSize(5);
    }

    @Test
    void everyProblemIsNamedWithItsLine() throws IOException {
        var answers = write("answers.json", """
                [{"image_id": "aa", "model_answer": "One."},
                 {"image_id": "aa", "model_answer": "Two."},
                 {"image_id": "bb", "model_answer": ""},
                 {"model_answer": "Three."}]
                """);
        assertThatThrownBy(() -> open(prompt -> "", Optional.empty()).readAnswers(answers, Missing.REFUSED))
                .isInstanceOf(BenchmarkFileException.class)
                .hasMessageContaining(answers + ":2: question aa was answered on line 1 already")
                .hasMessageContaining(answers + ":3: the answer to question bb is empty")
                .hasMessageContaining(answers + ":4: image_id is missing")
                .hasMessageContaining("response_template.json:6: question cc has no answer in " + answers);

        write("response_template.json", "[{\"image_id\": \"aa\"},\n {\"image_content\": [1]}]");
        assertThatThrownBy(() -> open(prompt -> "", Optional.empty()))
                .hasMessageContaining("response_template.json:1: question_type is missing")
                .hasMessageContaining("response_template.json:1: gt_answer is missing")
                .hasMessageContaining("response_template.json:2: image_content holds something other than strings");
    }

    @Test
    void writtenAnswersAreTheTemplateFilledIn() throws IOException {
        var benchmark = open(prompt -> "", Optional.empty());
        var file = dir.resolve("written.json");
        benchmark.writeAnswers(file, Map.of("bb", "Red."), "model");
        assertThat(benchmark.readAnswers(file, Missing.LEFT_OUT)).containsExactly(Map.entry("bb", "Red."));
        assertThat(Files.readString(file)).contains("\"gt_answer\" : \"100% red.\"", "\"question_topic\" : \"food\"");
    }

    @Test
    void imagesAreFoundByTheEndOfTheirAddressOrTheirId() throws IOException {
        var questions = open(prompt -> "", Optional.empty()).questions();
        Files.createDirectories(dir.resolve("images"));
        Files.write(dir.resolve("images/one.jpg"), new byte[] {1});
        Files.write(dir.resolve("images/bb.jpg"), new byte[] {2});
        assertThat(questions.get(0).picture().bytes()).containsExactly(1);
        assertThat(questions.get(1).picture().bytes()).containsExactly(2);
        assertThat(questions.get(2).picture().problem()).isPresent();
    }

    private Report report(UnaryOperator<String> review, Optional<Path> reviews) throws IOException {
        var answers = write(
                "answers.json",
                "[{\"image_id\": \"aa\", \"model_answer\": \"One.\"}, {\"image_id\": \"bb\", \"model_answer\": \"Blue.\"},"
                        + " {\"image_id\": \"cc\", \"model_answer\": \"Ten.\"}]");
        var benchmark = open(review, reviews);
        return benchmark.score(benchmark.readAnswers(answers, Missing.REFUSED), done -> {});
    }

    private MmHalBench open(UnaryOperator<String> review, Optional<Path> reviews) {
        return MmHalBench.open(dir, Optional.empty(), judge("test-judge", review), reviews);
    }

    private Judge judge(String model, UnaryOperator<String> review) {
        return new Judge() {
            @Override
            public String model() {
                return model;
            }

            @Override
            public String review(String prompt) {
                prompts.add(prompt);
                return review.apply(prompt);
            }
        };
    }

    private static double metric(Section section, int index) {
        return section.metrics().get(index).value();
    }

    private Path write(String name, String content) throws IOException {
        return Files.writeString(dir.resolve(name), content);
    }
}
