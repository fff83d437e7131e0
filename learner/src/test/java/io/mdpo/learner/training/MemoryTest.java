package io.mdpo.learner.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Small steps with all that a checkpoint reads after each hold no more at the end than in the middle. {@code
 * -Dmdpo.memory.steps=5000} takes more of them; the samples are printed.
 */
@EnabledOnOs(OS.LINUX)
class MemoryTest {
    private static final int STEPS = Integer.getInteger("mdpo.memory.steps", 1_200);

    @TempDir
    private Path directory;

    private record Sample(long step, long heap, long tensors, long resident, long jvm) {
        static Sample of(String line) {
            long[] values =
                    Arrays.stream(line.split(" ")).mapToLong(Long::parseLong).toArray();
            return new Sample(values[0], values[1], values[2], values[3], values[4]);
        }
    }

    @Test
    @Timeout(value = 1, unit = TimeUnit.HOURS)
    void stepsHoldNothing() throws IOException, InterruptedException {
        var samples = watch();
        var last = samples.get(samples.size() - 1);
        // Until then classes are loaded, methods compiled, and the allocators' free lists filled.
        var warm = samples.get(samples.size() / 2);
        long steps = last.step() - warm.step();

        assertThat(last.tensors()).isEqualTo(warm.tensors());
        // What the collector finds varies by some hundred KiB; a pair kept of each step were 7 KiB.
        assertThat(last.heap() - warm.heap()).isLessThan(512 * steps);
        // The allocator's own pages vary by some hundred KiB.
        assertThat(last.resident() - warm.resident()).isLessThan((1 << 20) + 1024 * steps);
    }

    private List<Sample> watch() throws IOException, InterruptedException {
        var output = directory.resolve("samples");
        var command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-Xms96m",
                "-Xmx96m",
                "-XX:+UseSerialGC",
                "-XX:+AlwaysPreTouch",
                "-XX:TieredStopAtLevel=1",
                "-XX:NativeMemoryTracking=summary"));
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("-Dai.djl."))
                .forEach(command::add);
        command.addAll(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                MemoryWatch.class.getName(),
                directory.resolve("model").toString(),
                Integer.toString(STEPS)));
        var process = new ProcessBuilder(command)
                .redirectOutput(output.toFile())
                .redirectError(directory.resolve("errors").toFile())
                .start();
        try {
            assertThat(process.waitFor())
                    .as(() -> read(directory.resolve("errors")))
                    .isZero();
        } finally {
            process.destroyForcibly();
        }
        try (Stream<String> lines = Files.lines(output)) {
            var samples = lines.filter(line -> line.matches("[0-9 ]+")).toList();
            System.out.println("step heap tensors resident jvm\n" + String.join("\n", samples));
            return samples.stream().map(Sample::of).toList();
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
