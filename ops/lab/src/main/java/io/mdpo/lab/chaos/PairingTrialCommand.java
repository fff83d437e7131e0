package io.mdpo.lab.chaos;

import static io.mdpo.lab.chaos.TrialOptions.line;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

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
    @Option(names = "--events", defaultValue = "100000", description = "Feedback records (${DEFAULT-VALUE}).")
    private int events;

    @Option(names = "--kills", defaultValue = "20", description = "How often pairing is killed (${DEFAULT-VALUE}).")
    private int kills;

    @Option(names = "--seed", defaultValue = "0", description = "Decides records and moments (${DEFAULT-VALUE}).")
    private long seed;

    @Mixin
    private TrialOptions trial = new TrialOptions();

    @Override
    public Integer call() throws ExecutionException, InterruptedException {
        return trial.run(directory -> new PairingTrial(events, kills, seed).run(directory), PairingTrialCommand::print);
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
    }
}
