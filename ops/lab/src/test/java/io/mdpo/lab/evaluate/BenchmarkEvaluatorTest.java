package io.mdpo.lab.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.mdpo.lab.benchmark.chair.ObjectHalBench;
import io.mdpo.learner.evaluation.Figure;
import io.mdpo.learner.evaluation.Figure.Better;
import io.mdpo.scorer.vlm.ModelConfig;
import io.mdpo.scorer.vlm.VisionLanguageModel;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchmarkEvaluatorTest {
    private static final Path CHAIR = Path.of("src/test/resources/benchmarks/chair");
    private static final Path TINY = Path.of("../../scorer/src/test/resources/golden/llava/model");

    @TempDir
    private Path dir;

    @Test
    void theFiguresAreTheMetricsOfTheReportAndNoAnswerIsOfAnotherModel() throws IOException {
        try (var files = Files.walk(CHAIR)) {
            files.forEach(this::copy);
        }
        ImageIO.write(
                new BufferedImage(32, 32, BufferedImage.TYPE_INT_RGB),
                "png",
                dir.resolve("image.png").toFile());
        Files.writeString(
                dir.resolve("obj_halbench_300_with_image.jsonl"),
                "{\"question\": \"What is it?\", \"image_id\": 1000, \"image_path\": \"image.png\"}");
        // The settings name no model that could be opened: the one that is given answers.
        var settings = new ModelAnswers.Settings(ModelConfig.cpu(dir.resolve("no-model"), 1), Optional.empty(), 12, 1);
        var evaluator = new BenchmarkEvaluator(ObjectHalBench.open(dir, Optional.empty()), settings, true);

        try (var model = VisionLanguageModel.open(TINY)) {
            assertThat(evaluator.evaluate(model))
                    .extracting(Figure::name, Figure::unit, Figure::better, Figure::samples)
                    .containsExactly(
                            tuple("CHAIR/CHAIRs", "%", Better.LOWER, 1),
                            tuple("CHAIR/CHAIRi", "%", Better.LOWER, 1),
                            tuple("CHAIR/CHAIRs of all", "%", Better.LOWER, 1),
                            tuple("CHAIR/Recall", "%", Better.HIGHER, 1));
        }
    }

    private void copy(Path file) {
        try {
            var target = dir.resolve(CHAIR.relativize(file).toString());
            if (Files.isDirectory(file)) {
                Files.createDirectories(target);
            } else {
                Files.copy(file, target);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
