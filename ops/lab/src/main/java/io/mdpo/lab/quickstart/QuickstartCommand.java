package io.mdpo.lab.quickstart;

import io.mdpo.lab.demo.FeedbackKind;
import io.mdpo.lab.scenes.Split;
import io.mdpo.ops.JsonReport;
import io.mdpo.ops.Logs;
import io.mdpo.ops.TemporaryFolder;
import io.mdpo.scorer.torch.Kernels;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line of {@link Quickstart}. */
@Command(
        name = "quickstart",
        mixinStandardHelpOptions = true,
        description = {
            "Runs the whole pipeline in this process on the bundled model and pairs:",
            "a Kafka broker, ingest, scorer and learner; then shows held-out scenes before and after."
        })
public final class QuickstartCommand implements Runnable {
    private static final int SMALLEST = 16;

    @Option(names = "--pairs", defaultValue = "2048", description = "Bundled pairs to stream (${DEFAULT-VALUE}).")
    private int pairs;

    @Option(
            names = "--seed",
            defaultValue = "0",
            description = "Decides order, crops and first adapter (${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--report", paramLabel = "FILE", description = "Writes the result as JSON.")
    private @Nullable Path report;

    @Option(names = "--keep-running", description = "Leaves the broker up when done, until Ctrl-C.")
    private boolean keepRunning;

    @Option(names = "--http-port", defaultValue = "0", description = "Port of metrics and health; 0 takes a free one.")
    private int port;

    @Option(
            names = "--feedback",
            defaultValue = "PAIRS",
            description =
                    "pairs, learned with mDPO; or thumbs: of each pair one answer, liked or disliked, learned with KTO"
                            + " and mDPO's other terms (${DEFAULT-VALUE}).")
    private FeedbackKind feedback;

    @Option(names = "--beta", defaultValue = "1", description = "Beta of the objective (${DEFAULT-VALUE}).")
    private double beta;

    @Option(
            names = "--image-weight",
            defaultValue = "1",
            description = "Weight of the conditional term; 0 leaves it out (${DEFAULT-VALUE}).")
    private double imageWeight;

    @Option(names = "--learning-rate", defaultValue = "1e-3", description = "Of AdamW (${DEFAULT-VALUE}).")
    private double learningRate;

    @Option(
            names = "--kernels",
            description =
                    "As model.kernels: ${COMPLETION-CANDIDATES}; portable ones, where the machine has them, give the same "
                            + "weights on another machine.")
    private Kernels kernels = Kernels.portableIfPossible();

    @Option(
            names = "--scenes",
            defaultValue = "HELDOUT",
            description = "Scenes to evaluate: HELDOUT, or TUNING to choose settings on (${DEFAULT-VALUE}).")
    private Split scenes;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        if (pairs < SMALLEST) {
            throw new ParameterException(
                    spec.commandLine(), "--pairs %d: one batch has %d pairs".formatted(pairs, SMALLEST));
        }
        Logs.warningsOnly();
        try (var folder = new TemporaryFolder("mdpo-quickstart")) {
            var options = new Quickstart.Options(
                    pairs,
                    new DemoSettings(feedback, beta, imageWeight, learningRate, seed, kernels),
                    scenes,
                    port,
                    keepRunning);
            var result =
                    new Quickstart(options, folder.path(), spec.commandLine().getOut()).run();
            if (report != null) {
                JsonReport.write(report, result);
            }
        }
    }
}
