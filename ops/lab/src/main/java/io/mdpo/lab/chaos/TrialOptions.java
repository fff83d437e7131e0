package io.mdpo.lab.chaos;

import io.mdpo.ops.JsonReport;
import io.mdpo.ops.Logs;
import io.mdpo.ops.TemporaryFolder;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What the commands that kill processes share: where they work, what they report, and that a failure keeps its logs. */
final class TrialOptions {
    private static final int FAILED = 1;

    @Option(names = "--report", paramLabel = "FILE", description = "Writes the result as JSON.")
    private @Nullable Path report;

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description = "Keeps data and logs there; else they are deleted once it passed.")
    private @Nullable Path kept;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    /** Runs in a folder, which is an absolute path. */
    interface Trial<T> {
        T run(Path directory) throws InterruptedException, ExecutionException;
    }

    /** What a trial found. */
    interface Result {
        boolean passed();
    }

    /**
     * Runs a trial and prints what it found.
     *
     * @return the exit code: 0 if it passed, else 1
     */
    <T extends Result> int run(Trial<T> trial, BiConsumer<PrintWriter, T> print)
            throws InterruptedException, ExecutionException {
        Logs.warningsOnly();
        return kept == null ? runInTemporaryFolder(trial, print) : runIn(kept, trial, print);
    }

    /** The logs of a run that failed are what tells why. */
    private <T extends Result> int runInTemporaryFolder(Trial<T> trial, BiConsumer<PrintWriter, T> print)
            throws InterruptedException, ExecutionException {
        var folder = new TemporaryFolder("mdpo-" + spec.name());
        int exitCode = FAILED;
        try {
            exitCode = runIn(folder.path(), trial, print);
        } finally {
            if (exitCode == 0) {
                folder.close();
            } else {
                spec.commandLine().getErr().printf("%s: data and logs are kept in %s%n", spec.name(), folder.path());
            }
        }
        return exitCode;
    }

    private <T extends Result> int runIn(Path directory, Trial<T> trial, BiConsumer<PrintWriter, T> print)
            throws InterruptedException, ExecutionException {
        var result = trial.run(directory.toAbsolutePath());
        var out = spec.commandLine().getOut();
        print.accept(out, result);
        line(out, "result", result.passed() ? "passed" : "FAILED");
        out.flush();
        if (report != null) {
            JsonReport.write(report, result);
        }
        return result.passed() ? 0 : FAILED;
    }

    static void line(PrintWriter out, String what, Object value) {
        out.printf("%-14s %s%n", what, value);
    }
}
