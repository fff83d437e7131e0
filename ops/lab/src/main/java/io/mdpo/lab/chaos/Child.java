package io.mdpo.lab.chaos;

import io.mdpo.operator.OperatorException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One command of this program in a process of its own, which is started again whenever it has ended. */
final class Child {
    private static final int MAIN_HEAP_MIB = 512;

    private final String name;
    private final List<String> command;
    private final Path log;
    private Process process;
    private int ownEnds;

    /**
     * Starts the process.
     *
     * @param name of the subcommand
     * @param log receives what it prints
     */
    Child(String name, List<String> arguments, Path log) {
        this.name = name;
        this.log = log;
        this.command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-Xmx" + MAIN_HEAP_MIB + "m",
                "-XX:TieredStopAtLevel=1",
                "-Djava.awt.headless=true",
                // Libraries unpack native code there, and a killed process does not clear up.
                "-Djava.io.tmpdir=" + log.toAbsolutePath().getParent(),
                "-Dai.djl.offline=true",
                "-Dmdpo.home=" + System.getProperty("mdpo.home"),
                "-cp",
                System.getProperty("java.class.path"),
                "io.mdpo.ops.cli.Main",
                name));
        command.addAll(arguments);
        this.process = start();
    }

    private Process start() {
        try {
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
        } catch (IOException e) {
            throw new OperatorException("%s cannot be started: %s".formatted(name, e.getMessage()), e);
        }
    }

    String name() {
        return name;
    }

    /** How often it has ended without being killed. */
    int ownEnds() {
        return ownEnds;
    }

    /** Memory of the process that is not swapped out, as Linux tells it; 0 elsewhere, or where it has just ended. */
    long residentMegabytes() {
        try (var lines = Files.lines(Path.of("/proc", Long.toString(process.pid()), "status"))) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                    .findFirst()
                    .orElse(0);
        } catch (IOException | UncheckedIOException e) {
            return 0;
        }
    }

    /** SIGKILL, and a new start at once. */
    void kill() {
        stop();
        process = start();
    }

    /** Starts it again if it has ended by itself, as an orchestrator would. */
    void keepUp() {
        if (!process.isAlive()) {
            ownEnds++;
            process = start();
        }
    }

    /** SIGKILL. */
    void stop() {
        process.destroyForcibly();
        try {
            process.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
