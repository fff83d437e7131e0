package io.mdpo.it;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.mdpo.learner.checkpoint.BlobNames;
import io.mdpo.learner.optimizer.AdamW;
import io.mdpo.learner.optimizer.OptimizerConfig;
import io.mdpo.learner.service.LearnerConfig;
import io.mdpo.learner.service.LearnerService;
import io.mdpo.schemas.avro.Blob;
import io.mdpo.scorer.torch.BlobSource;
import io.mdpo.scorer.torch.Gradients;
import io.mdpo.scorer.torch.Torch;
import io.mdpo.scorer.torch.TorchProgram;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The program of a learner whose optimizer is real and large, and whose policy is not: it shows what publishing and
 * restoring a checkpoint takes of the heap.
 *
 * <p>Arguments: brokers, topic prefix, mebibytes of optimizer state, pairs to learn of the run {@code bulky}.
 */
final class BulkyLearner extends ArithmeticTrainer {
    static final String RUN = "bulky";

    private static final int TENSOR_FLOATS = 4 << 20;

    private final NDManager manager = Torch.newManager();
    private final Map<String, NDArray> parameters = new TreeMap<>();
    private final TorchProgram loss = new TorchProgram.Builder().source("""
                    def square(self, x: Tensor) -> Tensor:
                      return torch.sum(x * x)
                    """).compile(manager);
    private final AdamW optimizer;
    private final Gradients gradients;
    private String restored = "";

    private BulkyLearner(int mebibytes) {
        // Each tensor has two moments.
        long tensors = (((long) mebibytes << 20) / (2L * Float.BYTES) + TENSOR_FLOATS - 1) / TENSOR_FLOATS;
        for (long i = 0; i < tensors; i++) {
            var tensor = manager.randomUniform(-1, 1, new Shape(TENSOR_FLOATS), DataType.FLOAT32);
            tensor.setRequiresGradient(true);
            parameters.put("layer%03d".formatted(i), tensor);
        }
        gradients = new Gradients(manager);
        optimizer = new AdamW(manager, parameters, OptimizerConfig.defaults());
    }

    public static void main(String[] arguments) throws IOException {
        var config = LearnerConfig.defaults()
                .withTopicPrefix(arguments[1])
                .withGroupId(arguments[1] + "-learner")
                .withRunId(RUN)
                .withKafka(Map.of("bootstrap.servers", arguments[0]))
                .withBatchSize(1)
                .withCheckpointEverySteps(1000)
                .withKeepCheckpoints(1);
        long started = System.nanoTime();
        try (var trainer = new BulkyLearner(Integer.parseInt(arguments[2]))) {
            var service = new LearnerService(config, trainer, new SimpleMeterRegistry());
            service.runUntil(Long.parseLong(arguments[3]));
            System.out.println("restored " + trainer.restored);
            service.status().checkpoint().orElseThrow().getBlobs().stream()
                    .filter(blob -> blob.getName().equals(BlobNames.OPTIMIZER))
                    .map(Blob::getSha256)
                    .forEach(sha256 -> System.out.println("published " + sha256));
        }
        System.out.printf("seconds %.1f%n", (System.nanoTime() - started) / 1e9);
        try (var status = Files.lines(Path.of("/proc/self/status"))) {
            status.filter(line -> line.startsWith("VmHWM")).forEach(System.out::println);
        }
    }

    @Override
    public Map<String, Double> step(List<PreparedPair> batch) {
        parameters.forEach((name, tensor) -> {
            try (var scratch = manager.newSubManager()) {
                var value = loss.callWithGradients(scratch, "square", tensor).get(0);
                optimizer.add(gradients.of(scratch, value, Map.of(name, tensor)));
            }
        });
        var unused = optimizer.step(step());
        return super.step(batch);
    }

    @Override
    public BlobSource optimizerState() {
        return optimizer.state();
    }

    @Override
    public void restore(long restoredStep, Path adapter, Path optimizerState) {
        optimizer.restore(optimizerState);
        restored = optimizer.state().sha256();
        try {
            // Only the weights are arithmetic.
            super.restore(
                    restoredStep,
                    adapter,
                    Files.writeString(Files.createTempFile("bulky", "step"), "step " + restoredStep));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        manager.close();
    }
}
