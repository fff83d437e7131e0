package io.mdpo.scorer.vlm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mdpo.schemas.avro.Turn;
import io.mdpo.scorer.family.ModelFormatException;
import io.mdpo.scorer.family.Prompt;
import io.mdpo.scorer.image.ImageGrid;
import io.mdpo.scorer.image.PixelValues;
import io.mdpo.scorer.logprob.PackedBatch;
import io.mdpo.scorer.vlm.PackedScores.Recording;
import io.mdpo.scorer.vlm.VisionLanguageModel.Sampling;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VisionLanguageModelTest {
    private static final List<Turn> QUESTION = List.of(new Turn("user", "what is this ?"));

    @TempDir
    private Path directory;

    @Test
    void theFingerprintNamesWeightsTokenizerAndPreprocessing() throws IOException {
        TinyLlava.write(directory, 1);
        var fingerprint = fingerprint();
        assertThat(fingerprint()).isEqualTo(fingerprint).hasSize(64);
        for (var file : List.of("model.safetensors", "tokenizer.json", "preprocessor_config.json")) {
            var path = directory.resolve(file);
            byte[] original = Files.readAllBytes(path);
            byte[] changed = original.clone();
            if (file.endsWith("json")) {
                changed = (new String(original, StandardCharsets.UTF_8) + " ").getBytes(StandardCharsets.UTF_8);
            } else {
                changed[changed.length - 2] ^= 1;
            }
            Files.write(path, changed);
            assertThat(fingerprint()).as(file).isNotEqualTo(fingerprint);
            Files.write(path, original);
        }
    }

    /** Each greedy token must be the one to which the scoring path, a different program, gives the highest probability. */
    @Test
    void greedyGenerationFollowsTheScoredProbabilities() {
        try (var model = VisionLanguageModel.open(TinyLlava.write(directory, 3))) {
            var image = noise(5);
            var prompt = model.prompt(QUESTION, ImageGrid.WHOLE);
            var words = model.generate(List.of(image, noise(6)), QUESTION, Sampling.greedy(6))
                    .get(0);
            long[] expected = new long[0];
            for (int i = 0; i < 6; i++) {
                long best = best(model, image, prompt, expected);
                expected = Arrays.copyOf(expected, i + 1);
                expected[i] = best;
                if (best == model.endOfTurn()) {
                    break;
                }
            }
            assertThat(words).isEqualTo(text(model, expected));
        }
    }

    @Test
    void samplingIsDecidedByItsSeed() {
        try (var model = VisionLanguageModel.open(TinyLlava.write(directory, 3))) {
            var images = List.of(noise(5), noise(6));
            var first = model.generate(images, QUESTION, new Sampling(8, 1, 42));

            assertThat(model.generate(images, QUESTION, new Sampling(8, 1, 42))).isEqualTo(first);
            assertThat(model.generate(images, QUESTION, new Sampling(8, 1, 43))).isNotEqualTo(first);
        }
    }

    @Test
    void aMissingTensorIsNamed() {
        TinyLlava.write(directory, 1);
        changeConfig(config -> ((ObjectNode) config.path("text_config")).put("num_hidden_layers", 4));

        assertThatThrownBy(() -> VisionLanguageModel.open(directory))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("language_model.model.layers.3.input_layernorm.weight is missing");
    }

    @Test
    void aTensorOfAnotherShapeIsNamedWithBothShapes() {
        TinyLlava.write(directory, 1);
        changeConfig(config -> ((ObjectNode) config.path("text_config")).put("vocab_size", 25));

        assertThatThrownBy(() -> VisionLanguageModel.open(directory))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("embed_tokens.weight has shape (24, 32), config.json asks for (25, 32)");
    }

    @Test
    void anUnknownFamilyIsRefusedWithTheKnownOnes() {
        TinyLlava.write(directory, 1);
        changeConfig(config -> config.put("model_type", "mystery"));

        assertThatThrownBy(() -> VisionLanguageModel.open(directory))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("model_type mystery is not supported")
                .hasMessageContaining("llava");
    }

    @Test
    void aTokenizerWithoutTheImageTokenIsRefused() {
        TinyLlava.write(directory, 1);
        changeConfig(config -> config.put("image_token_index", 9));

        assertThatThrownBy(() -> VisionLanguageModel.open(directory))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("config.json says that the image token is 9");
    }

    @Test
    void aMissingFileIsNamed() throws IOException {
        TinyLlava.write(directory, 1);
        Files.delete(directory.resolve("tokenizer.json"));

        assertThatThrownBy(() -> VisionLanguageModel.open(directory))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("tokenizer.json is missing");
    }

    private String fingerprint() {
        try (var model = VisionLanguageModel.open(directory)) {
            return model.fingerprint();
        }
    }

    private void changeConfig(Consumer<ObjectNode> change) {
        var config = TinyLlava.config();
        change.accept(config);
        try {
            new ObjectMapper().writeValue(directory.resolve("config.json").toFile(), config);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static long best(VisionLanguageModel model, PixelValues image, Prompt prompt, long[] before) {
        var batch = new PackedBatch(model.family().imageToken());
        int vocabulary = (int) model.family().vocabularySize();
        long[] row = new long[before.length + 1];
        System.arraycopy(before, 0, row, 0, before.length);
        for (int id = 0; id < vocabulary; id++) {
            row[before.length] = id;
            batch.row(prompt, row.clone());
        }
        try (var scratch = model.manager().newSubManager()) {
            var images = Collections.nCopies(vocabulary, image);
            float[] logProbs = model.score(
                            scratch, model.imageFeatures(scratch, images), batch.plan(scratch), Recording.NONE, false)
                    .logProbs()
                    .toFloatArray();
            int best = 0;
            for (int id = 0; id < vocabulary; id++) {
                if (logProbs[id * row.length + before.length] > logProbs[best * row.length + before.length]) {
                    best = id;
                }
            }
            return best;
        }
    }

    private static String text(VisionLanguageModel model, long[] ids) {
        long[] answer =
                Arrays.stream(ids).takeWhile(id -> id != model.endOfTurn()).toArray();
        return model.decode(answer);
    }

    private static PixelValues noise(long seed) {
        var random = new SplittableRandom(seed);
        float[] pixels = new float[3 * 32 * 32];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (float) random.nextGaussian();
        }
        return new PixelValues(pixels, ImageGrid.WHOLE, 1, 3, 32, 32);
    }
}
