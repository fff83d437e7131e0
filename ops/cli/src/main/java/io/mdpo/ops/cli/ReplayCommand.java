package io.mdpo.ops.cli;

import io.mdpo.learner.checkpoint.CheckpointStore;
import io.mdpo.learner.service.LearnerConfig;
import io.mdpo.learner.service.Replay;
import io.mdpo.learner.service.Replay.Comparison;
import io.mdpo.operator.OperatorException;
import io.mdpo.ops.Logs;
import io.mdpo.ops.Progress;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command line of {@link Replay}. */
@Command(
        name = "replay",
        mixinStandardHelpOptions = true,
        description = {
            "Learns a run again from scored-pairs and compares every checkpoint that is kept, by hash.",
            "Needs the run's configuration and model, and writes nothing. Exit code 0 if all are the same."
        })
final class ReplayCommand implements Runnable {
    @Mixin
    private ConfigOptions options;

    @Option(names = "--run", paramLabel = "ID", description = "The run; without it learner.run-id.")
    private Optional<String> run = Optional.empty();

    @Option(names = "--from-step", paramLabel = "N", description = "Starts at this checkpoint.")
    private Optional<Long> fromStep = Optional.empty();

    @Option(names = "--to-step", paramLabel = "N", description = "Leaves out later checkpoints.")
    private Optional<Long> toStep = Optional.empty();

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        Logs.warningsOnly();
        var configured = options.load().section("learner", LearnerConfig.class);
        var config = run.map(configured::withRunId).orElse(configured);
        long first = fromStep.orElse(0L);
        try (var trainer = config.openTrainer();
                var progress = Progress.start("replaying", Math.max(1, lastStep(config) - first))) {
            report(new Replay(config, trainer).run(fromStep, toStep, step -> progress.update(step - first)));
        }
    }

    private long lastStep(LearnerConfig config) {
        try (var store = new CheckpointStore(config.topicPrefix(), config.kafka())) {
            long last = store.latest(config.runId())
                    .map(checkpoint -> checkpoint.getStep())
                    .orElse(0L);
            return Math.min(last, toStep.orElse(last));
        }
    }

    private void report(List<Comparison> comparisons) {
        var out = spec.commandLine().getOut();
        for (var comparison : comparisons) {
            out.printf(
                    "step %10d  %s  %s%n",
                    comparison.checkpoint().getStep(),
                    comparison.sha256(),
                    comparison.difference().isEmpty() ? "same" : "DIFFERENT");
        }
        out.flush();
        comparisons.stream()
                .flatMap(comparison -> comparison.difference().stream())
                .findFirst()
                .ifPresent(difference -> {
                    throw new OperatorException("the replay differs: " + difference);
                });
    }
}
