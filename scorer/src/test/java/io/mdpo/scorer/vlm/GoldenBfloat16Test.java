package io.mdpo.scorer.vlm;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import io.mdpo.scorer.image.Background;
import io.mdpo.scorer.torch.ComputeDevice;
import io.mdpo.scorer.torch.Kernels;
import io.mdpo.scorer.torch.Precision;
import io.mdpo.scorer.torch.Safetensors;
import io.mdpo.scorer.vlm.Golden.Case;
import io.mdpo.scorer.vlm.PackedScores.Recording;
import io.mdpo.scorer.vlm.VisionLanguageModel.Sampling;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * bf16 against transformers and PEFT in bf16, on the same rounded weights.
 *
 * <p>bf16 has 8 significant bits, so every operator rounds by up to 2^-9 of its result, and what those roundings do to a
 * log-probability depends on the model. The golden files therefore hold it: {@code noise} is the difference between
 * transformers in bf16 and transformers in fp32 on the same rounded weights. Two programs whose roundings are as large lie
 * at most twice as far from one another as each lies from the exact value: that is the tolerance for the root of the mean
 * square. The largest of some hundred differences scatters itself, and may be three times as large. That bf16 is computed
 * at all shows in a distance from fp32 of the size of the noise.
 */
class GoldenBfloat16Test {
    private static final ComputeDevice BF16 = ComputeDevice.of("cpu", Precision.BF16, Kernels.NATIVE);
    private static final List<String> KEYS =
            List.of("chosenLogProbs", "rejectedLogProbs", "chosenGivenCroppedLogProbs");
    private static final Map<String, Golden> GOLDEN = new HashMap<>();

    static Stream<String> families() {
        return Golden.FAMILIES.stream();
    }

    @BeforeAll
    static void open() {
        Golden.FAMILIES.forEach(family -> GOLDEN.put(family, Golden.open(family, BF16)));
    }

    @AfterAll
    static void close() {
        GOLDEN.values().forEach(Golden::close);
    }

    private static Golden golden(String family) {
        return Objects.requireNonNull(GOLDEN.get(family));
    }

    private static JsonNode expected(Golden golden) {
        return Golden.json(golden.directory().resolve("golden_bf16.json"));
    }

    @ParameterizedTest
    @MethodSource("families")
    void logProbsAreThoseOfTransformersInBfloat16(String family) {
        var golden = golden(family);
        var differences = new Differences();
        var fromFloat32 = new Differences();
        for (var entry : expected(golden).path("cases").properties()) {
            var c = golden.named(entry.getKey());
            float[] logProbs = logProbs(golden.model, c);
            differences.add(logProbs, expectedLogProbs(entry.getValue()));
            fromFloat32.add(logProbs, expectedLogProbs(c.json()));
        }

        differences.assertWithin(expected(golden).path("noise").path("logProbs"));
        assertThat(fromFloat32.rootMeanSquare())
                .isGreaterThan(0.5 * expected(golden).at("/noise/logProbs/rms").asDouble());
    }

    @ParameterizedTest
    @MethodSource("families")
    void adapterLogProbsAndGradientsArePeftSInBfloat16(String family) {
        var golden = golden(family);
        var json = expected(golden);
        var c = golden.named(json.path("adapted").path("case").asText());
        try (var scratch = golden.model.manager().newSubManager()) {
            var adapter = PeftAdapter.read(
                    scratch, golden.model.family(), golden.directory().resolve("adapter"));
            golden.model.bindAdapter(adapter.tensors(), adapter.scale());
            adapter.tensors().values().forEach(tensor -> tensor.setRequiresGradient(true));
            var logProbs = new Differences();
            logProbs.add(logProbs(golden.model, c), expectedLogProbs(json.path("adapted")));
            logProbs.assertWithin(json.path("noise").path("logProbs"));

            var whole = GoldenTest.gradients(golden, scratch, c, adapter, Recording.GRAPH);
            assertGradients(golden, scratch, whole, json.path("noise").path("gradients"));
            var checkpointed = GoldenTest.gradients(golden, scratch, c, adapter, Recording.LAYER_INPUTS);
            whole.forEach((name, gradient) ->
                    assertThat(checkpointed.get(name)).as(name).isEqualTo(gradient));
        } finally {
            golden.model.bindAdapter(Map.of(), 0);
        }
    }

    private static void assertGradients(Golden golden, NDManager scratch, Map<String, float[]> actual, JsonNode noise) {
        var tensors = Safetensors.read(scratch, golden.directory().resolve("golden_bf16.safetensors"));
        assertThat(actual).hasSameSizeAs(tensors);
        var differences = new Differences();
        actual.forEach((name, gradient) -> {
            float[] peft = Objects.requireNonNull(
                            tensors.get("grad." + PeftAdapter.fileName(golden.model.family(), name)), name)
                    .toFloatArray();
            float largest = GoldenTest.largest(peft);
            differences.add(over(gradient, largest), over(peft, largest));
        });
        differences.assertWithin(noise);
    }

    private static float[] over(float[] values, float divisor) {
        float[] quotients = values.clone();
        for (int i = 0; i < quotients.length; i++) {
            quotients[i] /= divisor;
        }
        return quotients;
    }

    /** Rounded when they are opened, and left in their files. */
    @ParameterizedTest
    @MethodSource("families")
    void weightsThatStayInTheirFileGiveTheSameBits(String family) {
        var golden = golden(family);
        var c = golden.cases().get(0);
        float[] opened = logProbs(golden.model, c);
        try (var mapped = VisionLanguageModel.open(
                new ModelDirectory(golden.directory().resolve("model"), 0), BF16, Background.WHITE)) {
            assertThat(logProbs(mapped, c)).isEqualTo(opened);
        }
    }

    @ParameterizedTest
    @MethodSource("families")
    void answersAreWritten(String family) {
        var golden = golden(family);
        var c = golden.cases().get(0);
        var image = golden.model.pixelValues(c.image());

        var answers = new Generation(golden.model, golden.model.program())
                .answers(List.of(image, image), c.messages(), Sampling.greedy(8));

        assertThat(answers.get(0)).hasSize(8).isEqualTo(answers.get(1));
    }

    private static float[] logProbs(VisionLanguageModel model, Case c) {
        try (var scratch = model.manager().newSubManager()) {
            return GoldenTest.score(model, scratch, List.of(c), Recording.NONE)
                    .logProbs()
                    .toFloatArray();
        }
    }

    private static float[] expectedLogProbs(JsonNode json) {
        var parts = KEYS.stream().map(key -> Golden.floats(json.path(key))).toList();
        float[] all = new float[parts.stream().mapToInt(part -> part.length).sum()];
        int at = 0;
        for (float[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }

    /** Of many values. */
    private static final class Differences {
        private double squares;
        private double largest;
        private int count;

        void add(float[] actual, float[] expected) {
            assertThat(actual).hasSameSizeAs(expected);
            for (int i = 0; i < actual.length; i++) {
                double difference = (double) actual[i] - expected[i];
                squares += difference * difference;
                largest = Math.max(largest, Math.abs(difference));
                count++;
            }
        }

        double rootMeanSquare() {
            return Math.sqrt(squares / count);
        }

        void assertWithin(JsonNode noise) {
            assertThat(count).isPositive();
            assertThat(rootMeanSquare()).isLessThan(2 * noise.path("rms").asDouble());
            assertThat(largest).isLessThan(3 * noise.path("max").asDouble());
        }
    }
}
