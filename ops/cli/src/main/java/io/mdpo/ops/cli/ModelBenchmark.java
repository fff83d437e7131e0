package io.mdpo.ops.cli;

import io.mdpo.learner.service.LearnerConfig;
import io.mdpo.learner.training.Trainer.Preparation;
import io.mdpo.operator.OperatorException;
import io.mdpo.schemas.Prompts;
import io.mdpo.schemas.avro.PreferencePair;
import io.mdpo.schemas.avro.ScoredPair;
import io.mdpo.scorer.service.ModelReferenceScorer;
import io.mdpo.scorer.service.ReferenceScorer.Outcome;
import io.mdpo.scorer.service.ScorerConfig;
import io.mdpo.scorer.vlm.ModelConfig;
import java.awt.Color;
import java.awt.Dimension;
import java.awt.GradientPaint;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Times one pair on a model: the reference's forward pass, and the learner's step. */
final class ModelBenchmark {
    private static final int RUNS = 3;

    private final ModelConfig model;
    private final Dimension picture;
    private final PrintWriter out;

    /** @param picture size of the pair's picture, in pixels */
    ModelBenchmark(ModelConfig model, Dimension picture, PrintWriter out) {
        this.model = model;
        this.picture = picture;
        this.out = out;
    }

    /** Reads a size such as 3840x2160. */
    static final class PictureSize implements ITypeConverter<Dimension> {
        private static final Pattern SIZE = Pattern.compile("([1-9]\\d{0,3})x([1-9]\\d{0,3})");

        @Override
        public Dimension convert(String text) {
            var size = SIZE.matcher(text);
            if (!size.matches()) {
                throw new TypeConversionException("'%s' is no size: write 640x480".formatted(text));
            }
            return new Dimension(Integer.parseInt(size.group(1)), Integer.parseInt(size.group(2)));
        }
    }

    void run(boolean train) {
        var scored = score();
        if (train) {
            learn(scored);
        }
        out.printf("peak resident memory %.1f GiB, of it the heap at most %.1f GiB%n", peakGib(), heapGib());
        out.flush();
    }

    private ScoredPair score() {
        var config = ScorerConfig.defaults().withModel(model);
        try (var reference = timed("open", () -> ModelReferenceScorer.open(config))) {
            ScoredPair scored = null;
            for (int i = 0; i < RUNS; i++) {
                var outcome = timed("score a pair", () -> reference.score(List.of(pair())))
                        .get(0);
                if (outcome instanceof Outcome.Refused refused) {
                    throw new OperatorException("the pair was refused: " + refused.message());
                }
                scored = ((Outcome.Scored) outcome).pair();
            }
            return java.util.Objects.requireNonNull(scored);
        }
    }

    private void learn(ScoredPair scored) {
        var config = LearnerConfig.defaults()
                .withModel(model)
                .withBatchSize(1)
                .withMaxMicroBatchTokens(Integer.MAX_VALUE)
                .withActivationCheckpointing(true);
        try (var trainer = timed("open to train", config::openTrainer)) {
            var prepared = (Preparation.Ready) trainer.prepare(scored);
            var metrics = timed("a step of one pair", () -> trainer.step(List.of(prepared.pair())));
            out.printf("first loss %.6f, 3 ln 2 = %.6f%n", metrics.get("loss"), 3 * Math.log(2));
        }
    }

    private <T> T timed(String what, Supplier<T> work) {
        long start = System.nanoTime();
        T result = work.get();
        out.printf("%-20s %8.2f s%n", what, (System.nanoTime() - start) / 1e9);
        out.flush();
        return result;
    }

    private PreferencePair pair() {
        return PreferencePair.newBuilder()
                .setPairId("benchmark")
                .setImages(List.of(ByteBuffer.wrap(picture())))
                .setPrompt(Prompts.user("Describe the picture in one or two sentences, please."))
                .setChosen("It is a smooth wash of colour that turns from blue in one corner to yellow in the other, "
                        + "without any object in it.")
                .setRejected("It shows a blue boat on a yellow beach, two children who play with a ball, and a dog "
                        + "that watches them from behind a tree.")
                .setCreatedAt(Instant.EPOCH)
                .build();
    }

    private byte[] picture() {
        var image = new BufferedImage(picture.width, picture.height, BufferedImage.TYPE_INT_RGB);
        var graphics = image.createGraphics();
        graphics.setPaint(new GradientPaint(0, 0, Color.BLUE, picture.width, picture.height, Color.YELLOW));
        graphics.fillRect(0, 0, picture.width, picture.height);
        graphics.dispose();
        try (var bytes = new ByteArrayOutputStream()) {
            ImageIO.write(image, "png", bytes);
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Mapped files count as resident as far as they were read. */
    private static double peakGib() {
        try {
            return Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith("VmHWM:"))
                    .mapToDouble(line -> Long.parseLong(line.replaceAll("\\D", "")) / (double) (1 << 20))
                    .findFirst()
                    .orElse(Double.NaN);
        } catch (IOException e) {
            return Double.NaN;
        }
    }

    private static double heapGib() {
        return Runtime.getRuntime().totalMemory() / (double) (1 << 30);
    }
}
