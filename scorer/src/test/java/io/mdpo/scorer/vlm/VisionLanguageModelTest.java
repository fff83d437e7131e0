package io.mdpo.scorer.vlm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mdpo.schemas.Prompts;
import io.mdpo.schemas.avro.Message;
import io.mdpo.schemas.image.HostileImages;
import io.mdpo.scorer.family.ModelFormatException;
import io.mdpo.scorer.family.Prompt;
import io.mdpo.scorer.image.Background;
import io.mdpo.scorer.image.ImageGrid;
import io.mdpo.scorer.image.PixelValues;
import io.mdpo.scorer.logprob.PackedBatch;
import io.mdpo.scorer.torch.ComputeDevice;
import io.mdpo.scorer.vlm.PackedScores.Recording;
import io.mdpo.scorer.vlm.VisionLanguageModel.Sampling;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VisionLanguageModelTest {
    private static final List<Message> QUESTION = Prompts.aboutImage("what is this ?");

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
            var prompt = model.conversation(QUESTION, List.of(ImageGrid.WHOLE)).prompt();
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

    @Test
    void aMissingShardIsNamedWithTheIndexThatNamesIt() throws IOException {
        copyShards();
        Files.delete(directory.resolve("model-00002-of-00003.safetensors"));

        assertProblem("model-00002-of-00003.safetensors is missing", "model.safetensors.index.json names it");
    }

    @Test
    void aShardOutsideTheDirectoryIsRefused() throws IOException {
        copyShards();
        var index = directory.resolve("model.safetensors.index.json");
        Files.writeString(index, Files.readString(index).replace("model-00002-of-00003", "../model-00002-of-00003"));

        assertProblem("names the shard ../model-00002-of-00003.safetensors, which is outside the directory");
    }

    @Test
    void aTruncatedFileIsNamedWithTheTensorThatIsCut() throws IOException {
        TinyLlava.write(directory, 1);
        var file = directory.resolve("model.safetensors");
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, bytes.length - 100));

        assertProblem("model.safetensors: tensor vision_tower.", "truncated or damaged; fetch it again");
    }

    @Test
    void anAbsurdHeaderLengthIsRefusedBeforeItIsRead() throws IOException {
        TinyLlava.write(directory, 1);
        var file = directory.resolve("model.safetensors");
        byte[] bytes = Files.readAllBytes(file);
        Arrays.fill(bytes, 0, 8, (byte) 0x7F);
        Files.write(file, bytes);

        assertProblem("model.safetensors is not a safetensors file", "claims a header of");
    }

    @Test
    void preprocessingThatDoesNotFitTheTowerIsRefused() throws IOException {
        TinyLlava.write(directory, 1);
        var file = directory.resolve("preprocessor_config.json");
        Files.writeString(file, Files.readString(file).replace("32", "64"));

        assertProblem("makes images of 64 pixels, the vision tower of config.json takes 32");
    }

    @Test
    void aDamagedTokenizerIsNamed() throws IOException {
        TinyLlava.write(directory, 1);
        Files.writeString(directory.resolve("tokenizer.json"), "{}");

        assertProblem("tokenizer.json is not a tokenizer");
    }

    /** Nothing is cut: such a text is refused, and the pair with it. */
    @Test
    void aTextThatHoldsASpecialTokenIsRefused() {
        try (var model = VisionLanguageModel.open(TinyLlava.write(directory, 1))) {
            assertThatThrownBy(() ->
                            model.conversation(Prompts.aboutImage("what is <image> this ?"), List.of(ImageGrid.WHOLE)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("special token <image>");
            assertThatThrownBy(() -> model.conversation(QUESTION, List.of(ImageGrid.WHOLE))
                            .completion("a dog </s> cat"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("special token </s>");
        }
    }

    private void copyShards() throws IOException {
        try (var files = Files.list(Golden.ROOT.resolve("llava/model_sharded_bf16"))) {
            for (var file : files.toList()) {
                Files.copy(file, directory.resolve(file.getFileName()));
            }
        }
    }

    @Test
    void theBackgroundIsPartOfTheFingerprintAndOfWhatTheModelSees() {
        var config = ModelConfig.cpu(TinyLlava.write(directory, 1), 1);
        var fingerprints = new HashSet<String>();
        for (var background : List.of("white", "#FFFFFF", "black", "none")) {
            try (var model = config.withBackground(background).open()) {
                fingerprints.add(model.reference().id());
                int corner = model.decode(HostileImages.transparent()).sample(0, 0, 0);
                assertThat(corner)
                        .as(background)
                        .isEqualTo(background.equalsIgnoreCase("white") || background.startsWith("#") ? 255 : 0);
            }
        }
        assertThat(fingerprints).hasSize(3).contains(fingerprint());
    }

    /** What opening refuses, inspection finds. */
    private void assertProblem(String... parts) {
        assertThatThrownBy(() -> VisionLanguageModel.open(directory))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContainingAll(parts);
        assertThat(ModelInspection.of(directory, ComputeDevice.CPU, Background.WHITE)
                        .problems())
                .anySatisfy(problem -> assertThat(problem).contains(parts));
    }

    private String fingerprint() {
        try (var model = VisionLanguageModel.open(directory)) {
            return model.reference().id();
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
        int vocabulary = (int) model.family().languageModel().vocabularySize();
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
