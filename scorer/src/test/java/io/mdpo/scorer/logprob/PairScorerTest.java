package io.mdpo.scorer.logprob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.mdpo.schemas.PairKind;
import io.mdpo.schemas.Prompts;
import io.mdpo.schemas.RejectionReason;
import io.mdpo.schemas.avro.PreferencePair;
import io.mdpo.scorer.family.Prompt;
import io.mdpo.scorer.image.CorruptionConfig;
import io.mdpo.scorer.image.PixelValues;
import io.mdpo.scorer.logprob.PairEncoder.UnscorablePairException;
import io.mdpo.scorer.torch.TorchProgram;
import io.mdpo.scorer.vlm.PackedScores.Recording;
import io.mdpo.scorer.vlm.TinyLlava;
import io.mdpo.scorer.vlm.VisionLanguageModel;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PairScorerTest {
    private static VisionLanguageModel model;
    private static NDManager manager;

    @BeforeAll
    static void openModel(@TempDir Path directory) {
        model = VisionLanguageModel.open(TinyLlava.write(directory, 7));
        manager = model.manager().newSubManager();
    }

    @AfterAll
    static void closeModel() {
        model.close();
    }

    private final List<EncodedPair> pairs = List.of(
            pair("a", "what is this ?", "a red dog .", "a cat and two red dog ."),
            pair("b", "is this a cat ?", "the one .", "."),
            pair("c", "what is the red one ?", "a dog and a cat and a dog .", "two"));

    @Test
    void sharedPrefixesGiveWhatThreeSeparateSequencesGive() {
        float[] packed = logProbs(pairs);

        var separate = new ArrayList<Float>();
        for (var pair : pairs) {
            append(
                    separate,
                    sequence(pair.prompt(), pair.chosen(), pair.images().get(0)));
            append(
                    separate,
                    sequence(pair.prompt(), pair.rejected(), pair.images().get(0)));
            append(
                    separate,
                    sequence(
                            pair.prompt(), pair.chosen(), pair.corruptedImages().get(0)));
        }
        assertThat(packed).hasSize(separate.size());
        for (int i = 0; i < packed.length; i++) {
            assertThat(packed[i]).isCloseTo(separate.get(i), within(1e-5f));
        }
    }

    @Test
    void aPairScoresTheSameInAnyCompany() {
        float[] together = logProbs(pairs);
        float[] alone = logProbs(pairs.subList(1, 2));

        int offset = pairs.get(0).completionLengths()[0] * 2 + pairs.get(0).completionLengths()[1];
        for (int i = 0; i < alone.length; i++) {
            assertThat(together[offset + i]).isCloseTo(alone[i], within(1e-5f));
        }
    }

    @Test
    void anAnswerByItselfScoresWhatItScoresInAPairInAnyCompany() {
        var whole = pairs.get(0);
        float[] both = logProbs(List.of(whole));
        int chosen = whole.completionLengths()[0];
        int rejected = whole.completionLengths()[1];
        var good = pair("a", "what is this ?", "a red dog .", "", PairKind.DESIRABLE);
        var bad = pair("a", "what is this ?", "", "a cat and two red dog .", PairKind.UNDESIRABLE);

        float[] mixed = logProbs(List.of(bad, pairs.get(1), good));

        assertThat(good.completionLengths()).containsExactly(chosen, 0, chosen);
        assertThat(bad.completionLengths()).containsExactly(0, rejected, 0);
        int inBetween = pairs.get(1).completionLengths()[0] * 2 + pairs.get(1).completionLengths()[1];
        assertThat(mixed).hasSize(rejected + inBetween + 2 * chosen);
        for (int i = 0; i < rejected; i++) {
            assertThat(mixed[i]).isCloseTo(both[chosen + i], within(1e-5f));
        }
        for (int i = 0; i < chosen; i++) {
            assertThat(mixed[rejected + inBetween + i]).isCloseTo(both[i], within(1e-5f));
            assertThat(mixed[rejected + inBetween + chosen + i]).isCloseTo(both[chosen + rejected + i], within(1e-5f));
        }
    }

    @Test
    void anAnswerByItselfHasTheTokensThatItsRowsCompute() {
        var good = pair("a", "what is this ?", "a red dog .", "", PairKind.DESIRABLE);
        var bad = pair("a", "what is this ?", "", "a red dog .", PairKind.UNDESIRABLE);
        int row = bad.prompt().length() + bad.rejected().length - 1;

        assertThat(bad.tokens()).isEqualTo(row);
        assertThat(good.tokens()).isEqualTo(2 * row);
    }

    @Test
    void theCorruptedImageIsOfTheChosenAnswerAndAnUndesirableOneHasNone() throws UnscorablePairException {
        var encoder = new PairEncoder(model);
        var bad = record("a", "what is this ?", "", "a dog .", "undesirable");
        var drawn = encoder.draw(bad, CorruptionConfig.defaults());
        var good = encoder.draw(record("a", "what is this ?", "a dog .", "", "desirable"), CorruptionConfig.defaults());

        assertThat(drawn.corruptions()).isEmpty();
        assertThat(drawn.pair().images()).hasSize(1);
        assertThat(good.corruptions()).hasSize(1);
        assertThat(encoder.encode(bad, List.of()).tokens())
                .isEqualTo(drawn.pair().tokens());
        assertThatThrownBy(() -> encoder.encode(bad, good.corruptions()))
                .isInstanceOfSatisfying(UnscorablePairException.class, refused -> assertThat(refused.reason())
                        .isEqualTo(RejectionReason.CORRUPTION_MISMATCH));
    }

    @Test
    void aPairThatIsNoneOfTheKindsIsRefused() {
        var strange = record("a", "what is this ?", "a dog .", "two", "thumb");
        var both = record("a", "what is this ?", "a dog .", "two", "undesirable");

        for (var pair : List.of(strange, both)) {
            assertThatThrownBy(() -> new PairEncoder(model).draw(pair, CorruptionConfig.defaults()))
                    .isInstanceOfSatisfying(UnscorablePairException.class, refused -> assertThat(refused.reason())
                            .isEqualTo(RejectionReason.INVALID_KIND));
        }
    }

    /** The probabilities of all ids at one place sum to one, and each one's logarithm is what the scorer returns. */
    @Test
    void logProbsOfEveryPossibleTokenSumToOne() {
        double total = 0;
        for (long id = 0; id < model.family().languageModel().vocabularySize(); id++) {
            total += Math.exp(sequence(
                    pairs.get(0).prompt(),
                    new long[] {id},
                    pairs.get(0).images().get(0))[0]);
        }
        assertThat(total).isCloseTo(1, within(1e-5));
    }

    @Test
    void adapterGradientsAgreeWithFiniteDifferences() {
        var adapter = randomAdapter(3);
        var bound = copies(adapter);
        bound.values().forEach(tensor -> tensor.setRequiresGradient(true));
        model.bindAdapter(bound, 2.0);
        try {
            var sum = new TorchProgram.Builder()
                    .source("def total(self, x: Tensor) -> Tensor:\n  return torch.sum(x)\n")
                    .compile(manager);
            var result = new PairScorer(model).score(manager, pairs, Recording.GRAPH, true);
            var gradients = result.scores()
                    .gradients(
                            manager,
                            sum.callWithGradients(manager, "total", result.logProbs())
                                    .get(0));

            for (var tensor : adapter.entrySet()) {
                float[] gradient =
                        Objects.requireNonNull(gradients.get(tensor.getKey())).toFloatArray();
                double analytic = 0;
                var random = new SplittableRandom(tensor.getKey().hashCode());
                float[] direction = new float[gradient.length];
                for (int i = 0; i < direction.length; i++) {
                    direction[i] = (float) random.nextGaussian();
                    analytic += gradient[i] * direction[i];
                }
                double numeric = (totalWith(adapter, tensor.getKey(), direction, 2e-3f)
                                - totalWith(adapter, tensor.getKey(), direction, -2e-3f))
                        / 4e-3;
                assertThat(analytic)
                        .as(tensor.getKey())
                        .isCloseTo(numeric, within(2e-2 * Math.max(1, Math.abs(numeric))));
            }
        } finally {
            model.bindAdapter(Map.of(), 0);
        }
    }

    @Test
    void anAdapterWhoseSecondMatrixIsZeroChangesNoBit() {
        float[] bare = logProbs(pairs);
        var adapter = randomAdapter(4);
        adapter.replaceAll((name, tensor) -> name.contains("lora_B") ? manager.zeros(tensor.getShape()) : tensor);
        model.bindAdapter(adapter, 2.0);
        try {
            assertThat(logProbs(pairs)).isEqualTo(bare);
            assertThat(new PairScorer(model)
                            .score(manager, pairs, Recording.GRAPH, true)
                            .logProbs()
                            .toFloatArray())
                    .isEqualTo(bare);
        } finally {
            model.bindAdapter(Map.of(), 0);
        }
    }

    @Test
    void statisticsAreEntropyMeanLogitAndHit() {
        var result = new PairScorer(model).score(manager, pairs.subList(0, 1), Recording.NONE, true);
        float[] statistics = result.statistics().toFloatArray();
        var pair = pairs.get(0);
        double entropy = 0;
        double best = Double.NEGATIVE_INFINITY;
        for (long id = 0; id < model.family().languageModel().vocabularySize(); id++) {
            double logProb =
                    sequence(pair.prompt(), new long[] {id}, pair.images().get(0))[0];
            entropy -= Math.exp(logProb) * logProb;
            best = Math.max(best, logProb);
        }
        assertThat(statistics[1]).isCloseTo((float) entropy, within(1e-4f));
        assertThat(statistics[2]).isEqualTo(Math.abs(result.logProbs().toFloatArray()[0] - best) < 1e-6 ? 1f : 0f);
    }

    private static double totalWith(Map<String, NDArray> adapter, String name, float[] direction, float step) {
        var moved = copies(adapter);
        var tensor = Objects.requireNonNull(adapter.get(name));
        float[] values = tensor.toFloatArray();
        for (int i = 0; i < values.length; i++) {
            values[i] += step * direction[i];
        }
        moved.put(name, manager.create(values, tensor.getShape()));
        model.bindAdapter(moved, 2.0);
        double total = 0;
        for (float logProb : logProbs(new PairScorerTest().pairs)) {
            total += logProb;
        }
        return total;
    }

    /** What is bound becomes the model's. */
    private static Map<String, NDArray> copies(Map<String, NDArray> adapter) {
        var copies = new HashMap<String, NDArray>();
        adapter.forEach((name, tensor) -> copies.put(name, tensor.duplicate()));
        return copies;
    }

    private static Map<String, NDArray> randomAdapter(int rank) {
        var random = new SplittableRandom(1);
        var adapter = new HashMap<String, NDArray>();
        for (var layer : model.family().languageModel().linearLayers()) {
            adapter.put(layer.name() + ".lora_A.weight", normal(random, new Shape(rank, layer.in()), 0.2));
            adapter.put(layer.name() + ".lora_B.weight", normal(random, new Shape(layer.out(), rank), 0.2));
        }
        return adapter;
    }

    private static NDArray normal(SplittableRandom random, Shape shape, double deviation) {
        float[] values = new float[(int) shape.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (deviation * random.nextGaussian());
        }
        return manager.create(values, shape);
    }

    private static float[] logProbs(List<EncodedPair> pairs) {
        return new PairScorer(model)
                .score(manager, pairs, Recording.NONE, false)
                .logProbs()
                .toFloatArray();
    }

    private static float[] sequence(Prompt prompt, long[] completion, PixelValues image) {
        var batch = new PackedBatch(model.family().imageToken());
        batch.row(prompt, completion);
        return model.score(
                        manager,
                        model.imageFeatures(manager, List.of(image)),
                        batch.plan(manager),
                        Recording.NONE,
                        false)
                .logProbs()
                .toFloatArray();
    }

    private static void append(List<Float> list, float[] values) {
        for (float value : values) {
            list.add(value);
        }
    }

    private static PreferencePair record(String id, String question, String chosen, String rejected, String kind) {
        return PreferencePair.newBuilder()
                .setPairId(id)
                .setImages(List.of(ByteBuffer.wrap(noise(id.hashCode()))))
                .setPrompt(Prompts.user(question))
                .setChosen(chosen)
                .setRejected(rejected)
                .setCreatedAt(Instant.EPOCH)
                .setKind(kind)
                .build();
    }

    private static EncodedPair pair(String id, String question, String chosen, String rejected) {
        return pair(id, question, chosen, rejected, PairKind.PAIR);
    }

    private static EncodedPair pair(String id, String question, String chosen, String rejected, PairKind kind) {
        try {
            return new PairEncoder(model)
                    .draw(record(id, question, chosen, rejected, kind.text()), CorruptionConfig.defaults())
                    .pair();
        } catch (UnscorablePairException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] noise(long seed) {
        var image = new BufferedImage(48, 40, BufferedImage.TYPE_INT_RGB);
        var random = new SplittableRandom(seed);
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                image.setRGB(x, y, random.nextInt(1 << 24));
            }
        }
        try (var out = new ByteArrayOutputStream()) {
            ImageIO.write(image, "png", out);
            return out.toByteArray();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
