package io.mdpo.scorer.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TorchProgramTest {
    private final NDManager manager = Torch.newManager();

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void argumentsOfEveryKindArriveAndTensorsComeBackInOrder() {
        var program = new TorchProgram.Builder()
                .constant("offset", 10L)
                .constant("factor", 0.5)
                .constant("negate", true)
                .source("""
                        def mix(self, x: Tensor, n: int, f: float, key: str, xs: List[Tensor], m: Dict[str, Tensor], dims: List[int]) -> List[Tensor]:
                          y = (x + n) * f * self.factor + self.offset
                          if self.negate:
                            y = -y
                          if key in m:
                            y = y + m[key]
                          name = "layers.{}.q".format(n)
                          z = torch.reshape(torch.cat([t * 2 for t in xs]), dims)
                          return [y, z, m[name]]
                        """)
                .compile(manager);

        var result = program.call(
                manager,
                "mix",
                manager.create(new float[] {1, 2}),
                3,
                2.0,
                "a",
                List.of(manager.create(new float[] {1, 2}), manager.create(new float[] {3, 4})),
                Map.of("a", manager.create(100f), "layers.3.q", manager.create(7f)),
                new long[] {2, 2});

        assertThat(result.get(0).toFloatArray()).containsExactly(86, 85); // -((x + 3) * 2 * 0.5 + 10) + 100
        assertThat(result.get(1).getShape().getShape()).containsExactly(2, 2);
        assertThat(result.get(1).toFloatArray()).containsExactly(2, 4, 6, 8);
        assertThat(result.get(2).getFloat()).isEqualTo(7);
    }

    @Test
    void gradientsAreResultsAndLeaveNothingOnTheTensors() {
        var program = new TorchProgram.Builder().source("""
                        def loss(self, x: Tensor, w: Tensor) -> Tensor:
                          return torch.sum(torch.pow(x * w, 2))
                        """).compile(manager);
        var gradients = new Gradients(manager);
        var w = manager.create(new float[] {3, 5});
        w.setRequiresGradient(true);
        var unused = manager.create(1f);
        unused.setRequiresGradient(true);

        for (int repeat = 0; repeat < 2; repeat++) {
            var loss = program.callWithGradients(manager, "loss", manager.create(new float[] {1, 2}), w)
                    .singletonOrThrow();
            var found = gradients.of(manager, loss, Map.of("w", w, "unused", unused));

            // d sum (x w)^2 / d w = 2 x^2 w.
            assertThat(found).containsOnlyKeys("w");
            assertThat(Objects.requireNonNull(found.get("w")).toFloatArray()).containsExactly(6, 40);
        }
    }

    @Test
    void errorsNameTheSourceLine() {
        assertThatThrownBy(() -> new TorchProgram.Builder()
                        .source("def f(self, x: Tensor) -> Tensor:\n  return torch.no_such_operator(x)\n")
                        .compile(manager)
                        .call(manager, "f", manager.create(1f)))
                .isInstanceOf(TorchProgramException.class)
                .hasMessageContaining("no_such_operator");

        var program = new TorchProgram.Builder()
                .source("def f(self, a: Tensor, b: Tensor) -> Tensor:\n  return torch.matmul(a, b)\n")
                .compile(manager);
        assertThatThrownBy(() -> program.call(
                        manager, "f", manager.create(new float[] {1, 2}), manager.create(new float[] {1, 2, 3})))
                .isInstanceOf(TorchProgramException.class)
                .hasMessageContaining("return torch.matmul(a, b)");
    }
}
