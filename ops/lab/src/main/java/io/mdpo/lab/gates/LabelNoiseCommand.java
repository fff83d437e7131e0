package io.mdpo.lab.gates;

import io.mdpo.operator.OperatorException;
import io.mdpo.scorer.gate.DisagreementConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures how soon the scorer's gate notices reversed labels. */
@Command(
        name = "label-noise",
        mixinStandardHelpOptions = true,
        description = {
            "Scores the bundled pairs once, then streams them to the gate of the scorer, by seed in another order:",
            "with every label as it is, and with a share of them reversed from some pair on."
        })
public final class LabelNoiseCommand implements Callable<Integer> {
    @Option(names = "--seeds", defaultValue = "3", description = "Streams, with seeds from 0 (${DEFAULT-VALUE}).")
    private int seeds;

    @Option(
            names = "--from",
            paramLabel = "N",
            defaultValue = "2000",
            description = "Pairs before the first reversed one (${DEFAULT-VALUE}).")
    private int from;

    @Option(
            names = "--share",
            defaultValue = "0.2",
            description = "Share of the labels that are reversed after these (${DEFAULT-VALUE}).")
    private double share;

    @Option(names = "--scores", paramLabel = "FILE", description = "Reads the scores there, or keeps them there.")
    private Optional<Path> scores = Optional.empty();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (seeds < 1 || from < 0 || !(share >= 0 && share <= 1)) {
            throw new ParameterException(spec.commandLine(), "one seed, and a share from 0 to 1, are needed");
        }
        System.setProperty("java.awt.headless", "true");
        var noise = new LabelNoise(differences(), DisagreementConfig.defaults());
        var out = spec.commandLine().getOut();
        out.printf("%4s  %16s  %s%n", "SEED", "FALSE ALARM", "PAIRS FROM THE FIRST THAT MAY BE REVERSED TO THE ALARM");
        IntStream.range(0, seeds).forEach(seed -> print(noise, seed, out));
        out.flush();
        return 0;
    }

    private void print(LabelNoise noise, int seed, PrintWriter out) {
        var silent = noise.alarm(seed, noise.differences().size(), 0);
        var alarm = noise.alarm(seed, from, share);
        out.printf(
                "%4d  %16s  %s%n",
                seed,
                silent.isPresent() ? "at pair " + silent.getAsInt() : "none",
                alarm.isPresent() ? Integer.toString(alarm.getAsInt() - from + 1) : "none");
    }

    private List<Double> differences() {
        try {
            if (scores.filter(Files::exists).isPresent()) {
                return Files.readAllLines(scores.get()).stream()
                        .map(Double::valueOf)
                        .toList();
            }
            var differences = new SceneDifferences().score();
            if (scores.isPresent()) {
                Files.write(
                        scores.get(),
                        differences.stream()
                                .map(difference -> String.format(Locale.ROOT, "%.4f", difference))
                                .toList());
            }
            return differences;
        } catch (IOException | NumberFormatException e) {
            throw new OperatorException("--scores %s: %s".formatted(scores.orElseThrow(), e.getMessage()), e);
        }
    }
}
