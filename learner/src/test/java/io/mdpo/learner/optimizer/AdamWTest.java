package io.mdpo.learner.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.mdpo.learner.optimizer.OptimizerConfig.Schedule;
import io.mdpo.scorer.torch.Gradients;
import io.mdpo.scorer.torch.Torch;
import io.mdpo.scorer.torch.TorchProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdamWTest {
    private final NDManager manager = Torch.newManager();
    private final TorchProgram losses = new TorchProgram.Builder().source("""
                    def linear(self, x: Tensor, slope: Tensor) -> Tensor:
                      return torch.sum(x * slope)
                    def quartic(self, x: Tensor) -> Tensor:
                      return torch.sum(torch.pow(x - 3, 4))
                    """).compile(manager);

    @TempDir
    private Path directory;

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void twoStepsFollowThePublishedUpdate() {
        // lr 0.1, beta1 0.9, beta2 0.99, decay 0.5, eps 0, norm limit 1. Gradient (3, 4): norm 5, clipped to (0.6,
        // 0.8).
        // A constant gradient has m_hat / sqrt(v_hat) = sign(g), so each step is x <- x (1 - 0.1 * 0.5) - 0.1.
        // From (1, -2): (0.85, -2.0), then (0.7075, -2.0).
        var config = OptimizerConfig.defaults().with(adam -> adam.learningRate(0.1)
                .beta2(0.99)
                .epsilon(1e-12)
                .weightDecay(0.5)
                .warmupSteps(0));
        var x = parameter(1, -2);
        var optimizer = new AdamW(manager, Map.of("x", x), config);
        for (int step = 0; step < 2; step++) {
            optimizer.add(Map.of("x", gradient("linear", x, manager.create(new float[] {3, 4}))));
            assertThat(optimizer.step(step).gradientNorm()).isCloseTo(5, within(1e-5));
        }

        assertThat(x.toFloatArray()[0]).isCloseTo(0.7075f, within(1e-5f));
        assertThat(x.toFloatArray()[1]).isCloseTo(-2f, within(1e-5f));
    }

    @Test
    void aRestoredOptimizerContinuesBitForBit() throws IOException {
        var config = ending(Schedule.COSINE).with(adam -> adam.learningRate(0.05)
                .weightDecay(0.01)
                .maxGradNorm(100)
                .warmupSteps(3));
        var straight = parameter(1, 7);
        var optimizer = new AdamW(manager, Map.of("x", straight), config);
        run(optimizer, straight, 0, 5);
        var state = save(optimizer);
        var resumed = manager.create(straight.toFloatArray());
        resumed.setRequiresGradient(true);
        run(optimizer, straight, 5, 10);

        var fresh = new AdamW(manager, Map.of("x", resumed), config);
        fresh.restore(state);
        run(fresh, resumed, 5, 10);

        assertThat(resumed.toFloatArray()).isEqualTo(straight.toFloatArray());
        assertThat(fresh.state().sha256()).isEqualTo(optimizer.state().sha256());
    }

    @Test
    void aGradientThatIsNotFiniteChangesNothingAndIsForgotten() {
        var config = OptimizerConfig.defaults();
        var x = parameter(1, 2);
        var optimizer = new AdamW(manager, Map.of("x", x), config);
        optimizer.add(Map.of("x", gradient("linear", x, manager.create(new float[] {Float.NaN, 1}))));

        assertThat(optimizer.step(0).gradientNorm()).isNaN();
        assertThat(x.toFloatArray()).containsExactly(1, 2);
        assertThat(optimizer.step(0).gradientNorm()).isZero();
    }

    @Test
    void gradientsAreSummedAndWhatHasNoneIsOnlyDecayed() {
        // Two gradients of 3 and 4 sum to 7; y has none. Decay alone: 2 (1 - 0.1 * 0.5) = 1.9.
        var config = OptimizerConfig.defaults().with(adam -> adam.learningRate(0.1)
                .beta2(0.99)
                .epsilon(1e-12)
                .weightDecay(0.5)
                .maxGradNorm(100)
                .warmupSteps(0));
        var y = parameter(2);
        var optimizer = new AdamW(manager, Map.of("x", parameter(1), "y", y), config);
        optimizer.add(Map.of("x", manager.create(new float[] {3})));
        optimizer.add(Map.of("x", manager.create(new float[] {4})));

        assertThat(optimizer.gradientNorm()).isCloseTo(7, within(1e-6));
        optimizer.step(0);
        assertThat(y.toFloatArray()[0]).isCloseTo(1.9f, within(1e-6f));
    }

    @Test
    void aGradientOfWhatIsNotTrainedIsRefused() {
        var optimizer = new AdamW(manager, Map.of("x", parameter(1)), OptimizerConfig.defaults());

        assertThatThrownBy(() -> optimizer.add(Map.of("y", parameter(1))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a gradient of y");
    }

    @Test
    void theStateOfAnotherAdapterIsRefused() {
        var one = new AdamW(manager, Map.of("x", parameter(1)), OptimizerConfig.defaults());
        var other = new AdamW(manager, Map.of("y", parameter(1)), OptimizerConfig.defaults());

        assertThatThrownBy(() -> other.restore(save(one)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("first_moment.y");
    }

    @Test
    void theStateOfAnotherShapeIsRefused() {
        var one = new AdamW(manager, Map.of("x", parameter(1)), OptimizerConfig.defaults());
        var longer = new AdamW(manager, Map.of("x", parameter(1, 2)), OptimizerConfig.defaults());

        assertThatThrownBy(() -> longer.restore(save(one)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("first_moment.x of the optimizer state has the shape (1) instead of (2)");
    }

    @Test
    void schedulesWarmUpAndEnd() {
        var cosine = ending(Schedule.COSINE);
        assertThat(cosine.learningRate(0)).isEqualTo(0.25);
        assertThat(cosine.learningRate(3)).isEqualTo(1);
        assertThat(cosine.learningRate(8)).isCloseTo(0.5, within(1e-12));
        assertThat(cosine.learningRate(12)).isCloseTo(0, within(1e-12));
        var linear = ending(Schedule.LINEAR);
        assertThat(linear.learningRate(6)).isCloseTo(0.75, within(1e-12));
        assertThat(OptimizerConfig.defaults().learningRate(1_000_000)).isEqualTo(1e-5);
    }

    /** Rate 1, reached after 4 steps, ended after 12. */
    private static OptimizerConfig ending(Schedule schedule) {
        return OptimizerConfig.defaults().with(adam -> adam.learningRate(1)
                .weightDecay(0)
                .warmupSteps(4)
                .schedule(schedule)
                .totalSteps(12));
    }

    private void run(AdamW optimizer, NDArray x, int from, int to) {
        for (int step = from; step < to; step++) {
            optimizer.add(Map.of("x", gradient("quartic", x)));
            optimizer.step(step);
        }
    }

    private Path save(AdamW optimizer) throws IOException {
        return Files.write(
                directory.resolve("state.safetensors"), optimizer.state().bytes());
    }

    private NDArray gradient(String loss, NDArray x, Object... arguments) {
        var all = Stream.concat(Stream.of(x), Stream.of(arguments)).toArray();
        var value = losses.callWithGradients(manager, loss, all).get(0);
        return Objects.requireNonNull(
                new Gradients(manager).of(manager, value, Map.of("x", x)).get("x"));
    }

    private NDArray parameter(float... values) {
        var parameter = manager.create(values);
        parameter.setRequiresGradient(true);
        return parameter;
    }
}
