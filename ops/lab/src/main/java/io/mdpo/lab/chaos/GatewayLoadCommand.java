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
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line of {@link GatewayLoad}. */
@Command(
        name = "gateway-load",
        mixinStandardHelpOptions = true,
        description = {
            "Sends feedback to a gateway at a steady rate, each until it is acknowledged, while gateway and broker are",
            "killed with SIGKILL. Exit code 0 if every acknowledged event is in the topic once."
        })
public final class GatewayLoadCommand implements Callable<Integer> {
    private static final int FAILED = 1;

    @Option(names = "--rate", defaultValue = "500", description = "Requests a second (${DEFAULT-VALUE}).")
    private int rate;

    @Option(names = "--seconds", defaultValue = "120", description = "How long to send (${DEFAULT-VALUE}).")
    private int seconds;

    @Option(
            names = "--kills",
            defaultValue = "10",
            description = "Processes to kill, the gateway first and then each in turn (${DEFAULT-VALUE}).")
    private int kills;

    @Option(
            names = "--seed",
            defaultValue = "0",
            description = "Decides moments and impatient clients (${DEFAULT-VALUE}).")
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
    public Integer call() throws InterruptedException, ExecutionException {
        if (rate < 1 || seconds < 1 || kills < 0) {
            throw new ParameterException(
                    spec.commandLine(), "--rate and --seconds have to be positive, --kills 0 or more");
        }
        Logs.warningsOnly();
        if (kept != null) {
            return run(kept);
        }
        var folder = new TemporaryFolder("mdpo-gateway-load");
        int exitCode = FAILED;
        try {
            exitCode = run(folder.path());
        } finally {
            if (exitCode == 0) {
                folder.close();
            } else {
                spec.commandLine().getErr().println("gateway-load: data and logs are kept in " + folder.path());
            }
        }
        return exitCode;
    }

    private int run(Path directory) throws InterruptedException, ExecutionException {
        var result = new GatewayLoad(rate, seconds, kills, seed).run(directory.toAbsolutePath());
        print(spec.commandLine().getOut(), result);
        if (report != null) {
            JsonReport.write(report, result);
        }
        return result.passed() ? 0 : FAILED;
    }

    private static void print(PrintWriter out, GatewayReport report) {
        line(out, "kills", report.killed());
        line(out, "events", report.events());
        line(out, "acknowledged", report.acknowledged());
        line(out, "requests", report.attempts());
        line(out, "told repeated", report.answeredAsRepeated());
        line(out, "in the topic", report.inTopic());
        line(out, "lost", report.lost());
        line(out, "repeated", report.repeated());
        line(out, "seconds", report.seconds());
        line(out, "a second", report.perSecond());
        report.latencyMillis().forEach((share, millis) -> line(out, "ms, " + share, millis));
        line(out, "result", report.passed() ? "passed" : "FAILED");
        out.flush();
    }

    private static void line(PrintWriter out, String what, Object value) {
        out.printf("%-14s %s%n", what, value);
    }
}
