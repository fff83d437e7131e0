package io.mdpo.lab.chaos;

import io.mdpo.ops.JsonReport;
import io.mdpo.ops.Logs;
import io.mdpo.ops.TemporaryFolder;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command line of {@link PairingTrial}. */
@Command(
        name = "pairing-trial",
        mixinStandardHelpOptions = true,
        description = {
            "Runs a broker and pairing as processes on a made-up product's feedback in random order, with late,",
            "repeated, replaced, retracted and orphaned records, and kills pairing with SIGKILL at random moments.",
            "Exit code 0 if pairs and outcomes are those of a plain program that sees all records at once, each once."
        })
public final class PairingTrialCommand implements Callable<Integer> {
    private static final int FAILED = 1;

    @Option(names = "--events", defaultValue = "100000", description = "Feedback records (${DEFAULT-VALUE}).")
    private int events;

    @Option(names = "--kills", defaultValue = "20", description = "How often pairing is killed (${DEFAULT-VALUE}).")
    private int kills;

    @Option(names = "--seed", defaultValue = "0", description = "Decides records and moments (${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--report", paramLabel = "FILE", description = "Writes the result as JSON.")
    private @Nullable Path report;

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description = "Keeps data and logs there; else they are deleted once it passed.")
    private @Nullable Path kept;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws ExecutionException, InterruptedException {
        Logs.warningsOnly();
        if (kept != null) {
            return run(kept);
        }
        var folder = new TemporaryFolder("mdpo-pairing-trial");
        int exitCode = FAILED;
        try {
            exitCode = run(folder.path());
        } finally {
            if (exitCode == 0) {
                folder.close();
            } else {
                spec.commandLine().getErr().println("pairing-trial: data and logs are kept in " + folder.path());
            }
        }
        return exitCode;
    }

    private int run(Path directory) throws ExecutionException, InterruptedException {
        var result = new PairingTrial(events, kills, seed).run(directory.toAbsolutePath());
        print(spec.commandLine().getOut(), result);
        if (report != null) {
            JsonReport.write(report, result);
        }
        return result.passed() ? 0 : FAILED;
    }

    private static void print(PrintWriter out, PairingReport report) {
        line(out, "kills", "%d, and %d ends by itself".formatted(report.kills(), report.endedByItself()));
        line(out, "records", report.records());
        line(out, "feedback", report.feedback());
        report.outcomes().forEach((outcome, count) -> line(out, "", "%7d %s".formatted(count, outcome)));
        line(out, "pairs", report.pairs());
        line(out, "missing", report.missing());
        line(out, "wrong", report.wrong());
        line(out, "repeated", report.repeated());
        line(out, "memory", report.residentMegabytes() + " MB resident at most");
        line(out, "seconds", report.seconds());
        line(out, "result", report.passed() ? "passed" : "FAILED");
        out.flush();
    }

    private static void line(PrintWriter out, String what, Object value) {
        out.printf("%-14s %s%n", what, value);
    }
}
