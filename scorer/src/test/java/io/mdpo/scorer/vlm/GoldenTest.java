package io.mdpo.scorer.vlm;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import io.mdpo.scorer.image.Background;
import io.mdpo.scorer.image.PixelValues;
import io.mdpo.scorer.logprob.PackedBatch;
import io.mdpo.scorer.torch.ComputeDevice;
import io.mdpo.scorer.torch.TorchProgram;
import io.mdpo.scorer.vlm.Golden.Case;
import io.mdpo.scorer.vlm.PackedScores.Recording;
import io.mdpo.scorer.vlm.VisionLanguageModel.Sampling;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Number for number what transformers and PEFT compute on the same weights and inputs. */
class GoldenTest {
    static final Offset<Float> TOLERANCE = Offset.offset(1e-4f);
    private static final Map<String, Golden> GOLDEN = new HashMap<>();

    @BeforeAll
    static void open() {
        Golden.FAMILIES.forEach(family -> GOLDEN.put(family, Golden.open(family)));
    }

    @AfterAll
    static void close() {
        GOLDEN.values().forEach(Golden::close);
    }

    static Stream<String> families() {
        return Golden.FAMILIES.stream();
    }

    private static Golden golden(String family) {
        return Objects.requireNonNull(GOLDEN.get(family));
    }

    @ParameterizedTest
    @MethodSource("families")
    void pixelValuesAreTheProcessors(String family) {
        var golden = golden(family);
        int compared = 0;
        for (var c : golden.cases()) {
            if (golden.has(c.name() + ".pixel_values")) {
                assertClose(
                        golden.model.pixelValues(c.image()).values(),
                        golden.tensor(c.name() + ".pixel_values").toFloatArray(),
                        Offset.offset(1e-5f),
                        c.name());
                compared++;
            }
        }
        assertThat(compared).isGreaterThanOrEqualTo(3);
    }

    @ParameterizedTest
    @MethodSource("families")
    void tokenIdsAreTheTokenizersBehindTheTemplate(String family) {
        var golden = golden(family);
        for (var c : golden.cases()) {
            var conversation = c.conversation(golden.model);
            assertThat(conversation.prompt().ids())
                    .as(c.name())
                    .isEqualTo(Golden.longs(c.json().path("promptIds")));
            assertThat(conversation.completion(c.chosen()))
                    .as(c.name())
                    .isEqualTo(Golden.longs(c.json().path("chosenIds")));
            assertThat(conversation.completion(c.rejected()))
                    .as(c.name())
                    .isEqualTo(Golden.longs(c.json().path("rejectedIds")));
        }
    }

    @ParameterizedTest
    @MethodSource("families")
    void imageFeaturesAreTheTowersAndProjectors(String family) {
        var golden = golden(family);
        try (var scratch = golden.model.manager().newSubManager()) {
            for (var c : golden.cases()) {
                var features = golden.model.imageFeatures(scratch, List.of(golden.model.pixelValues(c.image())));
                assertClose(
                        features.toFloatArray(),
                        golden.tensor(c.name() + ".image_features").toFloatArray(),
                        TOLERANCE,
                        c.name());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("families")
    void logProbsAreThoseOfThreeSeparateSequences(String family) {
        var golden = golden(family);
        for (var c : golden.cases()) {
            assertLogProbs(golden.model, c, c.json(), TOLERANCE);
        }
    }

    /** Several pictures of different sizes in one forward pass. */
    @ParameterizedTest
    @MethodSource("families")
    void pairsOfDifferentSizesScoreTheSameTogether(String family) {
        var golden = golden(family);
        try (var scratch = golden.model.manager().newSubManager()) {
            var scored = score(golden.model, scratch, golden.cases(), Recording.NONE);
            float[] together = scored.logProbs().toFloatArray();
            int at = 0;
            for (var c : golden.cases()) {
                for (var key : List.of("chosenLogProbs", "rejectedLogProbs", "chosenGivenCroppedLogProbs")) {
                    float[] expected = Golden.floats(c.json().path(key));
                    assertClose(
                            Arrays.copyOfRange(together, at, at + expected.length),
                            expected,
                            TOLERANCE,
                            c.name() + " " + key);
                    at += expected.length;
                }
            }
            assertThat(together).hasSize(at);
        }
    }

    @ParameterizedTest
    @MethodSource("families")
    void logitsAreTheModels(String family) {
        var golden = golden(family);
        var program = golden.model
                .family()
                .program()
                .constant("compute_type", ComputeDevice.CPU.scalarType())
                .source("""
                        def all_logits(self, features: Tensor, plan: Dict[str, Tensor]) -> Tensor:
                          x = self.packed_input(features, plan)
                          cos, sin, = self.rotary(plan["positions"])
                          for i in range(self.layers - 1):
                            x = self.packed_layer(x, cos, sin, plan, i)
                          return self.logits(self.scored_states(x, cos, sin, plan), self.head_weight())
                        """);
        try (var scratch = golden.model.manager().newSubManager()) {
            var compiled = program.compile(scratch);
            compiled.call(scratch, "bind", golden.model.weights(), Map.of(), Map.of(), 0.0);
            int compared = 0;
            for (var c : golden.cases()) {
                if (golden.has(c.name() + ".logits")) {
                    var pixels = golden.model.pixelValues(c.image());
                    var batch = new PackedBatch(golden.model.family().imageToken());
                    var conversation = c.conversation(golden.model);
                    batch.row(conversation.prompt(), conversation.completion(c.chosen()));
                    var logits = compiled.call(
                                    scratch,
                                    "all_logits",
                                    golden.model.imageFeatures(scratch, List.of(pixels)),
                                    batch.plan(scratch))
                            .get(0);
                    assertClose(
                            logits.toFloatArray(),
                            golden.tensor(c.name() + ".logits").toFloatArray(),
                            TOLERANCE,
                            c.name());
                    compared++;
                }
            }
            assertThat(compared).isGreaterThanOrEqualTo(4);
        }
    }

    @ParameterizedTest
    @MethodSource("families")
    void greedyAnswersAreTheSameFor32Tokens(String family) {
        var golden = golden(family);
        int compared = 0;
        for (var c : golden.cases()) {
            if (c.json().has("greedyIds")) {
                var answers = new Generation(golden.model, golden.model.program())
                        .answers(List.of(golden.model.pixelValues(c.image())), c.messages(), Sampling.greedy(32));
                assertThat(answers.get(0))
                        .as(c.name())
                        .isEqualTo(Golden.longs(c.json().path("greedyIds")));
                compared++;
            }
        }
        assertThat(compared).isGreaterThanOrEqualTo(2);
    }

    @ParameterizedTest
    @MethodSource("families")
    void adapterLogProbsAndGradientsArePeftS(String family) {
        var golden = golden(family);
        var c = golden.named(golden.json.path("adapted").path("case").asText());
        try (var scratch = golden.model.manager().newSubManager()) {
            var adapter = PeftAdapter.read(
                    scratch, golden.model.family(), golden.directory().resolve("adapter"));
            golden.model.bindAdapter(adapter.tensors(), adapter.scale());
            adapter.tensors().values().forEach(tensor -> tensor.setRequiresGradient(true));
            assertLogProbs(golden.model, c, golden.json.path("adapted"), TOLERANCE);

            var whole = gradients(golden, scratch, c, adapter, Recording.GRAPH);
            for (var gradient : whole.entrySet()) {
                float[] expected = golden.tensor(
                                "grad." + PeftAdapter.fileName(golden.model.family(), gradient.getKey()))
                        .toFloatArray();
                assertClose(gradient.getValue(), expected, Offset.offset(1e-4f * largest(expected)), gradient.getKey());
            }
            var checkpointed = gradients(golden, scratch, c, adapter, Recording.LAYER_INPUTS);
            whole.forEach((name, gradient) ->
                    assertThat(checkpointed.get(name)).as(name).isEqualTo(gradient));
        } finally {
            golden.model.bindAdapter(Map.of(), 0);
        }
    }

    /** Of sum(chosen) - 0.5 sum(rejected) - 0.25 sum(chosen given cropped). */
    static Map<String, float[]> gradients(
            Golden golden, NDManager scratch, Case c, PeftAdapter adapter, Recording recording) {
        var program = new TorchProgram.Builder().source("""
                        def weighted(self, x: Tensor, w: Tensor) -> Tensor:
                          return torch.sum(x * w)
                        """).compile(scratch);
        var scores = score(golden.model, scratch, List.of(c), recording);
        int chosen = c.conversation(golden.model).completion(c.chosen()).length;
        int rejected = c.conversation(golden.model).completion(c.rejected()).length;
        float[] weights = new float[2 * chosen + rejected];
        Arrays.fill(weights, 0, chosen, 1f);
        Arrays.fill(weights, chosen, chosen + rejected, -0.5f);
        Arrays.fill(weights, chosen + rejected, weights.length, -0.25f);
        var loss = program.callWithGradients(scratch, "weighted", scores.logProbs(), scratch.create(weights))
                .get(0);
        var gradients = new HashMap<String, float[]>();
        scores.gradients(scratch, loss).forEach((name, gradient) -> gradients.put(name, gradient.toFloatArray()));
        assertThat(gradients.keySet()).isEqualTo(adapter.tensors().keySet());
        return gradients;
    }

    /** Weights in three shards: converted to fp32 when they are opened, and left in their files. */
    @ParameterizedTest
    @ValueSource(longs = {Long.MAX_VALUE, 0})
    void shardedBfloat16WeightsGiveTheirLogProbs(long convertedAtOnce) {
        var golden = golden("llava");
        var directory = new ModelDirectory(golden.directory().resolve("model_sharded_bf16"), convertedAtOnce);
        try (var model = VisionLanguageModel.open(directory, ComputeDevice.CPU, Background.WHITE)) {
            var expected = golden.json.path("shardedBf16");
            assertLogProbs(model, golden.named(expected.path("case").asText()), expected, TOLERANCE);
        }
    }

    @ParameterizedTest
    @MethodSource("families")
    void tokenizationIsTheTokenizers(String family) {
        var golden = golden(family);
        try (var tokenizer = new ModelDirectory(golden.directory().resolve("model")).tokenizer()) {
            for (var text : golden.json.path("tokenization")) {
                assertThat(tokenizer.part(text.path("text").asText())).isEqualTo(Golden.longs(text.path("ids")));
            }
        }
    }

    static void assertLogProbs(VisionLanguageModel model, Case c, JsonNode expected, Offset<Float> offset) {
        try (var scratch = model.manager().newSubManager()) {
            float[] logProbs =
                    score(model, scratch, List.of(c), Recording.NONE).logProbs().toFloatArray();
            int at = 0;
            for (var key : List.of("chosenLogProbs", "rejectedLogProbs", "chosenGivenCroppedLogProbs")) {
                float[] values = Golden.floats(expected.path(key));
                assertClose(Arrays.copyOfRange(logProbs, at, at + values.length), values, offset, c.name() + " " + key);
                at += values.length;
            }
            assertThat(at).isGreaterThan(0);
        }
    }

    /** Chosen, rejected and chosen under the cropped image of every case, prefixes shared. */
    static PackedScores score(VisionLanguageModel model, NDManager scratch, List<Case> cases, Recording recording) {
        var batch = new PackedBatch(model.family().imageToken());
        var images = new ArrayList<PixelValues>();
        for (var c : cases) {
            var pixels = model.pixelValues(c.image());
            var conversation = c.conversation(model);
            int row = batch.row(conversation.prompt(), conversation.completion(c.chosen()));
            batch.branch(row, conversation.completion(c.rejected()));
            batch.row(conversation.prompt(), conversation.completion(c.chosen()));
            images.add(pixels);
            images.add(model.pixelValues(c.cropped()));
        }
        NDArray features = model.imageFeatures(scratch, images);
        return model.score(scratch, features, batch.plan(scratch), recording, false);
    }

    static float largest(float[] values) {
        float largest = 0;
        for (float value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        return largest;
    }

    static void assertClose(float[] actual, float[] expected, Offset<Float> offset, String what) {
        assertThat(actual).as(what).hasSize(expected.length);
        int worst = 0;
        for (int i = 0; i < actual.length; i++) {
            if (!(Math.abs(actual[i] - expected[i]) <= Math.abs(actual[worst] - expected[worst]))) {
                worst = i;
            }
        }
        if (actual.length > 0) {
            assertThat(actual[worst]).as("%s at %d", what, worst).isCloseTo(expected[worst], offset);
        }
    }
}
