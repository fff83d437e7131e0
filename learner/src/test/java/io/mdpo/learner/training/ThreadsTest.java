package io.mdpo.learner.training;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.pytorch.jni.JniUtils;
import io.mdpo.learner.lora.LoraConfig;
import io.mdpo.learner.objective.ObjectiveConfig;
import io.mdpo.learner.optimizer.OptimizerConfig;
import io.mdpo.schemas.avro.PreferencePair;
import io.mdpo.schemas.avro.ScoredPair;
import io.mdpo.scorer.torch.Precision;
import io.mdpo.scorer.torch.Torch;
import io.mdpo.scorer.vlm.ModelConfig;
import io.mdpo.scorer.vlm.PackedScores.Recording;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.apache.commons.codec.binary.Hex;
import org.apache.commons.codec.digest.DigestUtils;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Bits do not depend on the number of threads: not of workers, and not of those that the engine is told to use inside
 * operators, as {@code ai.djl.pytorch.num_threads} tells it.
 */
class ThreadsTest {
    private static final List<Integer> THREADS = List.of(1, 2, 3, 4);
    private static final int STEPS = 2;

    private static final Map<String, List<ScoredPair>> SCORED = new ConcurrentHashMap<>();
    private static int before;

    @BeforeAll
    static void keepTheEnginesNumber() {
        Torch.newManager().close();
        before = JniUtils.getNumThreads();
    }

    @AfterAll
    static void tellTheEngineItsNumber() {
        JniUtils.setNumThreads(before);
    }

    static Stream<Arguments> models() {
        return GoldenPairs.FAMILIES.stream().flatMap(family -> Stream.of(Precision.FP32, Precision.BF16)
                .map(precision -> Arguments.of(family, precision)));
    }

    /** Every rank and micro-batch with one family, then the others and the other precision. */
    static Stream<Arguments> shapes() {
        var all = Stream.of(8, 16).flatMap(rank -> Stream.of(500, 2_000, 16_384)
                .map(tokens -> Arguments.of("llava", Precision.FP32, rank, tokens)));
        var others = models().map(Arguments::get)
                .map(model -> Arguments.of(model[0], model[1], 16, 500))
                .filter(model -> !model.get()[0].equals("llava") || model.get()[1] != Precision.FP32);
        return Stream.concat(all, others);
    }

    /** Enough for several micro-batches of every size that is tried with the family. */
    private static List<PreferencePair> pairs(String family) {
        return GoldenPairs.of(family, family.equals("llava") ? 2 : 1);
    }

    @ParameterizedTest
    @MethodSource("models")
    void referenceLogProbsAreTheSameWithAnyNumberOfThreads(String family, Precision precision) {
        var pairs = pairs(family);
        var model = ModelConfig.cpu(GoldenPairs.model(family), 1).withPrecision(precision);
        var expected = GoldenPairs.scored(model, pairs);

        for (int threads : THREADS) {
            JniUtils.setNumThreads(threads);
            assertThat(GoldenPairs.scored(model.withThreads(threads), pairs)).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void weightsOptimizerAndMetricsAreTheSameWithAnyNumberOfThreads(
            String family, Precision precision, int rank, int microBatchTokens) {
        var settings = new PolicyTrainer.Settings(
                new LoraConfig(rank, rank, List.of()),
                ObjectiveConfig.defaults(),
                OptimizerConfig.defaults().with(config -> config.learningRate(1e-2)),
                5,
                8,
                microBatchTokens);
        var digests = THREADS.stream()
                // With every second number, layers are computed twice, which decides no bit either.
                .map(threads -> digest(
                        family,
                        precision,
                        settings,
                        threads,
                        threads % 2 == 0 ? Recording.LAYER_INPUTS : Recording.GRAPH))
                .toList();

        assertThat(digests).allMatch(digests.get(0)::equals);
        assertThat(digest(family, precision, settings, 3, Recording.LAYER_INPUTS))
                .isEqualTo(digests.get(0));
    }

    /** Of adapter, optimizer and every metric after some steps. */
    private static String digest(
            String family, Precision precision, PolicyTrainer.Settings settings, int threads, Recording recording) {
        var model = ModelConfig.cpu(GoldenPairs.model(family), threads).withPrecision(precision);
        JniUtils.setNumThreads(threads);
        var scored = SCORED.computeIfAbsent(family + precision, key -> GoldenPairs.scored(model, pairs(family)));
        var digest = DigestUtils.getSha256Digest();
        try (var trainer = PolicyTrainer.open(model, settings, recording)) {
            var batch = new ArrayList<Trainer.PreparedPair>();
            scored.forEach(pair -> batch.add(((Trainer.Preparation.Ready) trainer.prepare(pair)).pair()));
            for (int step = 0; step < STEPS; step++) {
                DigestUtils.updateDigest(digest, trainer.step(batch).toString());
            }
            DigestUtils.updateDigest(digest, trainer.adapter().sha256());
            DigestUtils.updateDigest(digest, trainer.optimizerState().sha256());
        }
        return Hex.encodeHexString(digest.digest());
    }
}
