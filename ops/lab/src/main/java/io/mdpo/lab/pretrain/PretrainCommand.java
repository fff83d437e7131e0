package io.mdpo.lab.pretrain;

import io.mdpo.lab.demo.PairFile;
import io.mdpo.ops.Progress;
import io.mdpo.scorer.vlm.VisionLanguageModel;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command line of {@link ScenePretraining} and {@link PairSampling}. */
@Command(
        name = "pretrain",
        mixinStandardHelpOptions = true,
        description = {
            "Makes the bundled model from random weights, and the preference pairs that its samples give.",
            "The same seed gives the same files."
        })
public final class PretrainCommand implements Runnable {
    @Option(names = "--to", required = true, paramLabel = "DIR", description = "Receives model/ and pairs.jsonl.gz.")
    private Path directory;

    @Option(
            names = "--seed",
            defaultValue = "1",
            description = "Decides first weights and scenes, from 1 (${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--tower-steps",
            defaultValue = "3500",
            description = "Steps of stage one, 0 skips it (${DEFAULT-VALUE}).")
    private int towerSteps;

    @Option(
            names = "--language-steps",
            defaultValue = "6000",
            description = "Steps of stage two, 0 skips it (${DEFAULT-VALUE}).")
    private int languageSteps;

    @Option(names = "--batch", defaultValue = "32", description = "Scenes a step (${DEFAULT-VALUE}).")
    private int batch;

    @Option(
            names = "--haze",
            defaultValue = "0",
            description = "Share of noise in the pictures, below 1: for a base that sees badly (${DEFAULT-VALUE}).")
    private double haze;

    @Option(names = "--pairs", defaultValue = "4096", description = "Preference pairs to sample (${DEFAULT-VALUE}).")
    private int pairs;

    @Option(names = "--continue", description = "Goes on with the model that is there instead of random weights.")
    private boolean goOn;

    @Override
    public void run() {
        var model = directory.resolve("model");
        if (towerSteps + languageSteps > 0) {
            pretrain(model);
        }
        try (var base = VisionLanguageModel.open(model);
                var progress = Progress.start("sampling pairs", pairs)) {
            PairFile.write(
                    directory.resolve("pairs.jsonl.gz"),
                    new PairSampling(haze).sample(base, pairs, seed, progress::update));
        }
    }

    private void pretrain(Path model) {
        var pretraining =
                new ScenePretraining(new ScenePretraining.Options(seed, towerSteps, languageSteps, batch, haze));
        if (!goOn) {
            pretraining.initialise(model);
        }
        try (var progress = Progress.start("pre-training", towerSteps + (long) languageSteps)) {
            pretraining.train(
                    model,
                    (stage, step, steps, loss, accuracy) ->
                            progress.update(stage.equals("tower") ? step : towerSteps + (long) step));
        }
    }
}
