package io.mdpo.lab.chaos;

import static io.mdpo.lab.chaos.TrialOptions.line;

import io.mdpo.learner.service.LearnerConfig;
import io.mdpo.ops.cli.ConfigOptions;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line of {@link Chaos}. */
@Command(
        name = "chaos",
        mixinStandardHelpOptions = true,
        description = {
            "Runs broker, ingest, scorer and learner as processes, kills them with SIGKILL at random moments,",
            "and compares the adapter with that of a run without kills. Exit code 0 if nothing was lost,",
            "nothing is there twice, the adapters are the same, and a replay gives every checkpoint again."
        })
public final class ChaosCommand implements Callable<Integer> {
    private static final int CHECKPOINT_PAIRS = Chaos.PAIRS_A_CHECKPOINT;

    @Option(names = "--kills", defaultValue = "50", description = "Processes to kill (${DEFAULT-VALUE}).")
    private int kills;

    @Option(
            names = "--pairs",
            defaultValue = "512",
            description = "Bundled pairs, a multiple of " + CHECKPOINT_PAIRS + " (${DEFAULT-VALUE}).")
    private int pairs;

    @Option(
            names = "--seed",
            defaultValue = "0",
            description = "Decides pairs, victims and moments (${DEFAULT-VALUE}).")
    private long seed;

    @Mixin
    private TrialOptions trial = new TrialOptions();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws ExecutionException, InterruptedException {
        if (pairs < CHECKPOINT_PAIRS || pairs % CHECKPOINT_PAIRS != 0) {
            throw new ParameterException(
                    spec.commandLine(), "--pairs %d: it has to be a multiple of %d".formatted(pairs, CHECKPOINT_PAIRS));
        }
        return trial.run(
                directory -> new Chaos(kills, pairs, seed, ChaosCommand::learnerConfig).run(directory),
                ChaosCommand::print);
    }

    private static LearnerConfig learnerConfig(Path file) {
        return ConfigOptions.loader().load(Optional.of(file), List.of()).section("learner", LearnerConfig.class);
    }

    private static void print(PrintWriter out, ChaosReport report) {
        line(out, "kills", "%d %s".formatted(report.kills(), report.killed()));
        line(out, "pairs", report.pairs());
        line(out, "learned", report.learned());
        line(out, "rejected", report.rejected());
        line(out, "waiting", report.waiting());
        line(out, "lost", report.lost());
        line(out, "repeated", report.repeated());
        line(out, "without kills", report.sha256Uninterrupted());
        line(out, "with kills", report.sha256Interrupted());
        line(
                out,
                "replayed",
                "%d checkpoints, %d differ".formatted(report.checkpoints(), report.checkpointsThatDiffer()));
        line(out, "seconds", report.seconds());
    }
}
