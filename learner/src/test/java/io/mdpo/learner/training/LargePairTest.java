package io.mdpo.learner.training;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.management.ThreadMXBean;
import io.mdpo.learner.objective.ObjectiveConfig;
import io.mdpo.learner.training.Trainer.Preparation;
import io.mdpo.schemas.RejectionReason;
import io.mdpo.schemas.avro.Corruption;
import io.mdpo.schemas.avro.LogProbs;
import io.mdpo.schemas.avro.Message;
import io.mdpo.schemas.avro.Part;
import io.mdpo.schemas.avro.PreferencePair;
import io.mdpo.schemas.avro.Reference;
import io.mdpo.schemas.avro.ScoredPair;
import io.mdpo.scorer.logprob.PairEncoder;
import io.mdpo.scorer.vlm.VisionLanguageModel;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Pairs of 4K images and the shipped {@code max_pixels} of Qwen2.5-VL: the pixel values of one pair are 398 MB of fp32, and
 * these tests run in a heap of 1 GB.
 */
class LargePairTest {
    private static final Path GOLDEN = Path.of("../scorer/src/test/resources/golden/qwen2_5_vl/model");
    private static final int WIDTH = 3840;
    private static final int HEIGHT = 2160;
    private static final long PIXEL_VALUES = 2L * WIDTH * HEIGHT * 3 * 2 * Float.BYTES;

    @TempDir
    private Path directory;

    @Test
    void preparedPairsWaitInTheMemoryOfTheirFiles() throws IOException {
        try (var model = VisionLanguageModel.open(withPositions(32_768))) {
            var preparation = new PairPreparation(model, model.reference(), ObjectiveConfig.defaults());
            var pair = scored(model);
            var waiting = new ArrayList<Preparation>();
            assertThat(4 * PIXEL_VALUES).isGreaterThan(Runtime.getRuntime().maxMemory());

            for (int i = 0; i < 4; i++) {
                waiting.add(preparation.prepare(pair));
            }

            assertThat(waiting).hasOnlyElementsOfType(Preparation.Ready.class);
        }
    }

    @Test
    void tooManyTokensAreRefusedBeforeAnyImageBecomesATensor() throws IOException {
        try (var model = VisionLanguageModel.open(withPositions(1_000))) {
            var preparation = new PairPreparation(model, model.reference(), ObjectiveConfig.defaults());
            var pair = scored(model, new int[] {1, 1, 1});
            var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            long before = threads.getCurrentThreadAllocatedBytes();

            var refused = preparation.prepare(pair);

            assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(PIXEL_VALUES / 2);
            assertThat(refused).isInstanceOfSatisfying(Preparation.Refused.class, r -> assertThat(r.reason())
                    .isEqualTo(RejectionReason.TOO_MANY_TOKENS));
        }
    }

    private Path withPositions(int positions) throws IOException {
        try (var files = Files.list(GOLDEN)) {
            for (var file : files.toList()) {
                Files.copy(file, directory.resolve(file.getFileName()));
            }
        }
        var json = new ObjectMapper();
        var config = (ObjectNode) json.readTree(directory.resolve("config.json").toFile());
        config.put("max_position_embeddings", positions);
        if (config.get("text_config") instanceof ObjectNode text) {
            text.put("max_position_embeddings", positions);
        }
        json.writeValue(directory.resolve("config.json").toFile(), config);
        var pixels = (ObjectNode)
                json.readTree(directory.resolve("preprocessor_config.json").toFile());
        pixels.remove("size");
        pixels.put("min_pixels", 3136).put("max_pixels", 12_845_056);
        json.writeValue(directory.resolve("preprocessor_config.json").toFile(), pixels);
        return directory;
    }

    private static ScoredPair scored(VisionLanguageModel model) throws IOException {
        try {
            var unscored = scored(model, new int[] {1, 1, 1});
            return scored(
                    model,
                    new PairEncoder(model)
                            .encode(unscored.getPair(), unscored.getCorruptions())
                            .completionLengths());
        } catch (PairEncoder.UnscorablePairException e) {
            throw new AssertionError(e);
        }
    }

    private static ScoredPair scored(VisionLanguageModel model, int[] lengths) throws IOException {
        return ScoredPair.newBuilder()
                .setPair(PreferencePair.newBuilder()
                        .setPairId("large")
                        .setImages(List.of(ByteBuffer.wrap(picture())))
                        .setPrompt(List.of(new Message("user", List.of(new Part("text", "what is this ?")))))
                        .setChosen("a red dog .")
                        .setRejected("a cat .")
                        .setCreatedAt(Instant.EPOCH)
                        .build())
                .setCorruptions(List.of(new Corruption(0, "crop", 0L, 100, 100, 500, 400, 0.0)))
                .setLogProbs(new LogProbs(
                        Collections.nCopies(lengths[0], -1f),
                        Collections.nCopies(lengths[1], -1f),
                        Collections.nCopies(lengths[2], -1f)))
                .setReference(new Reference(model.reference().id(), null))
                .build();
    }

    private static byte[] picture() throws IOException {
        var image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
        var random = new Random(1);
        for (int y = 0; y < HEIGHT; y += 16) {
            for (int x = 0; x < WIDTH; x += 16) {
                int colour = random.nextInt(1 << 24);
                for (int i = 0; i < 256; i++) {
                    image.setRGB(x + i % 16, y + i / 16, colour);
                }
            }
        }
        var png = new ByteArrayOutputStream();
        ImageIO.write(image, "png", png);
        return png.toByteArray();
    }
}
