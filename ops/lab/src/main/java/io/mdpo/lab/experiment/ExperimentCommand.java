package io.mdpo.lab.experiment;

import io.mdpo.operator.OperatorException;
import io.mdpo.ops.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line of {@link Experiment}. */
@Command(
        name = "experiment",
        mixinStandardHelpOptions = true,
        description = {
            "Trains every variant of the objective from the same base on the same pairs, judges each on unseen scenes,",
            "and writes tables, figures and one HTML page. What was done is kept in DIR/runs: started again with the",
            "same options, it goes on where it was stopped."
        })
public final class ExperimentCommand implements Callable<Integer> {
    @Option(
            names = "--suite",
            defaultValue = "PAPER",
            description = "paper, or small: three variants in a few minutes (${DEFAULT-VALUE}).")
    private Suite.Name suite;

    @Option(
            names = "--streams",
            split = ",",
            defaultValue = "GROUNDED,SHORTCUT",
            description = "grounded: only the picture tells the chosen answer; shortcut: a phrase mostly does"
                    + " (${DEFAULT-VALUE}).")
    private List<StreamKind> streams;

    @Option(names = "--seeds", defaultValue = "3", description = "Trainings of each variant (${DEFAULT-VALUE}).")
    private int seeds;

    @Option(names = "--pairs", defaultValue = "512", description = "Pairs of a training (${DEFAULT-VALUE}).")
    private int pairs;

    @Option(names = "--scenes", defaultValue = "150", description = "Scenes to judge on (${DEFAULT-VALUE}).")
    private int scenes;

    @Option(names = "--jobs", paramLabel = "N", description = "Trainings at a time, each on one core (all cores).")
    private @Nullable Integer jobs;

    @Option(names = "--report", required = true, paramLabel = "DIR", description = "Receives the report.")
    private Path report;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        if (pairs < Training.BATCH || seeds < 1 || scenes < 1) {
            throw new ParameterException(
                    spec.commandLine(),
                    "at least %d pairs, one seed and one scene are needed".formatted(Training.BATCH));
        }
        System.setProperty("java.awt.headless", "true");
        var runs = directory(report.resolve("runs"));
        var plan = new Plan(suite.suite(), streams, seeds, pairs, scenes);
        int workers = jobs == null ? Runtime.getRuntime().availableProcessors() : jobs;
        try (var progress = Progress.start("training", plan.runs());
                var experiment = new Experiment(plan, runs, workers, progress)) {
            var results = experiment.run();
            new Report(report).write(new Results(command(), hardware(workers), plan, results, experiment.seconds()));
        }
        var out = spec.commandLine().getOut();
        out.printf("report     %s%n", report.resolve("report.html"));
        out.flush();
        return 0;
    }

    private String command() {
        return "ops/mdpo experiment --suite %s --streams %s --seeds %d --pairs %d --scenes %d --report DIR"
                .formatted(
                        suite.name().toLowerCase(Locale.ROOT),
                        String.join(",", streams.stream().map(StreamKind::id).toList()),
                        seeds,
                        pairs,
                        scenes);
    }

    private static String hardware(int workers) {
        return "%s, %d cores, %d trainings at a time, Java %s"
                .formatted(
                        System.getProperty("os.arch"),
                        Runtime.getRuntime().availableProcessors(),
                        workers,
                        Runtime.version());
    }

    private static Path directory(Path directory) {
        try {
            return Files.createDirectories(directory);
        } catch (IOException e) {
            throw new OperatorException("%s cannot be made: %s".formatted(directory, e.getMessage()), e);
        }
    }
}
