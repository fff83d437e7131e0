package io.mdpo.it;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.mdpo.ops.cli.Main;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A program in a process of its own, on the classes of this build: the command line, as an operator runs it, or another. */
final class MdpoProcess implements AutoCloseable {
    private final Process process;
    private final Path output;

    private MdpoProcess(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    /**
     * Starts the command line.
     *
     * @param prefix words before the {@code java} command
     * @param jvm options of the JVM
     * @param output file for what it prints and logs
     */
    static MdpoProcess start(
            List<String> prefix, List<String> jvm, Map<String, String> environment, Path output, String... arguments) {
        return start(Main.class, prefix, jvm, environment, output, arguments);
    }

    /** Starts the program of a class of this build, with the parameters of the other method. */
    static MdpoProcess start(
            Class<?> program,
            List<String> prefix,
            List<String> jvm,
            Map<String, String> environment,
            Path output,
            String... arguments) {
        var command = new ArrayList<>(prefix);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // Where surefire packs the class path into a jar, it says here what it was.
        var classes = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        command.addAll(List.of("-cp", classes, "-Xmx512m", "-XX:TieredStopAtLevel=1", "-Dai.djl.offline=true"));
        command.addAll(jvm);
        command.add(program.getName());
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().putAll(environment);
        try {
            return new MdpoProcess(builder.start(), output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Its exit code; fails if it has not ended in time. */
    int await(Duration patience) throws InterruptedException {
        if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError(
                    "the process has not ended after %s and has printed%n%s".formatted(patience, output()));
        }
        return process.exitValue();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Asks it to end, as an orchestrator does. */
    void terminate() {
        process.destroy();
    }

    /** What it has printed and logged so far. */
    String output() {
        try {
            return new String(Files.readAllBytes(output), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
