package io.mdpo.learner.training;

import io.mdpo.learner.lora.LoraConfig;
import io.mdpo.learner.objective.ObjectiveConfig;
import io.mdpo.learner.optimizer.OptimizerConfig;
import io.mdpo.schemas.avro.ScoredPair;
import io.mdpo.scorer.torch.Workers;
import io.mdpo.scorer.vlm.ModelConfig;
import io.mdpo.scorer.vlm.PackedScores.Recording;
import io.mdpo.scorer.vlm.TinyLlava;
import io.mdpo.scorer.vlm.VisionLanguageModel;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * Takes small steps, with all that a checkpoint reads after each, and prints from time to time what is held: a line of {@code
 * step heap tensors resident jvm}, in bytes but for the number of tensors. {@code resident} is the anonymous memory of the process,
 * {@code jvm} what the JVM itself has committed of it (0 without native memory tracking).
 *
 * <p>For a process of its own whose heap is resident from the beginning, so that what grows is native.
 */
final class MemoryWatch {
    private static final int EVERY = 100;
    private static final Pattern COMMITTED = Pattern.compile("Total:.*committed=(\\d+)KB");

    private MemoryWatch() {}

    /**
     * Takes the steps.
     *
     * @param arguments an empty directory, and the number of steps
     */
    public static void main(String[] arguments) throws IOException, JMException {
        var directory = TinyLlava.write(Path.of(arguments[0]), 11);
        int steps = Integer.parseInt(arguments[1]);
        var scored = GoldenPairs.scored(ModelConfig.cpu(directory, 1), TinyPairs.some(2));
        var settings = new PolicyTrainer.Settings(
                new LoraConfig(4, 8, List.of()),
                ObjectiveConfig.defaults(),
                OptimizerConfig.defaults(),
                5,
                scored.size(),
                60);
        var model = VisionLanguageModel.open(directory);
        try (var trainer = new PolicyTrainer(
                model, new Workers("test-worker", 2, 120), settings, Optional.empty(), Recording.GRAPH)) {
            for (int step = 1; step <= steps; step++) {
                trainer.step(prepared(trainer, scored));
                trainer.adapter().writeTo(OutputStream.nullOutputStream());
                trainer.optimizerState().writeTo(OutputStream.nullOutputStream());
                if (step % EVERY == 0) {
                    System.out.println(sample(step, model));
                }
            }
        }
    }

    private static List<Trainer.PreparedPair> prepared(PolicyTrainer trainer, List<ScoredPair> scored) {
        return scored.stream()
                .map(trainer::prepare)
                .map(outcome -> ((Trainer.Preparation.Ready) outcome).pair())
                .toList();
    }

    private static String sample(int step, VisionLanguageModel model) throws IOException, JMException {
        // Direct buffers are freed on the round after the one that finds them.
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        return "%d %d %d %d %d"
                .formatted(step, heap, model.manager().getManagedArrays().size(), resident(), jvm());
    }

    private static long resident() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("RssAnon:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                .findFirst()
                .orElseThrow();
    }

    /** What {@code jcmd VM.native_memory} says that the JVM has committed. */
    private static long jvm() throws JMException {
        var summary = (String) ManagementFactory.getPlatformMBeanServer()
                .invoke(
                        new ObjectName("com.sun.management:type=DiagnosticCommand"),
                        "vmNativeMemory",
                        new Object[] {new String[] {"summary"}},
                        new String[] {String[].class.getName()});
        var committed = COMMITTED.matcher(summary);
        return committed.find() ? Long.parseLong(committed.group(1)) << 10 : 0;
    }
}
