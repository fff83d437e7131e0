package io.mdpo.lab.pretrain;

import io.mdpo.lab.demo.SceneEvaluation;
import io.mdpo.lab.scenes.Caption;
import io.mdpo.lab.scenes.Colour;
import io.mdpo.lab.scenes.NounCatalogue;
import io.mdpo.lab.scenes.ObjectGroup;
import io.mdpo.lab.scenes.PlantedPrior;
import io.mdpo.lab.scenes.Scene;
import io.mdpo.lab.scenes.SceneGenerator;
import io.mdpo.lab.scenes.SceneRenderer;
import io.mdpo.lab.scenes.Split;
import io.mdpo.scorer.image.RgbImage;
import io.mdpo.scorer.vlm.VisionLanguageModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Pre-trains the bundled model on an endless stream of training scenes with noisy captions and questions. */
public final class ScenePretraining {
    /** Another seed reads other scenes; the pairs' scenes lie among the first, behind what pre-training reads of them. */
    private static final long SCENES_PER_SEED = 10_000_000;

    private final NounCatalogue catalogue = NounCatalogue.load();
    private final SceneRenderer renderer;
    private final PlantedPrior prior = new PlantedPrior(catalogue);
    private final Options options;

    /**
     * What decides the model.
     *
     * @param seed decides the first weights and which scenes are read; from 1
     * @param towerSteps steps of the first stage
     * @param languageSteps steps of the second stage
     * @param batchSize scenes a step
     * @param haze share of noise in the pictures
     */
    public record Options(long seed, int towerSteps, int languageSteps, int batchSize, double haze) {}

    public ScenePretraining(Options options) {
        this.options = options;
        this.renderer = new SceneRenderer(catalogue, options.haze());
    }

    /** Writes a new model directory with random weights. */
    public void initialise(Path directory) {
        SceneModel.initialise(directory, catalogue, options.seed());
    }

    /** Trains the model in a directory and writes its weights there; takes most of an hour on two cores. */
    public void train(Path directory, Pretraining.Listener listener) {
        var config = PretrainConfigBuilder.builder()
                .seed(options.seed())
                .towerSteps(options.towerSteps())
                .languageSteps(options.languageSteps())
                .batchSize(options.batchSize())
                .towerLearningRate(1e-3)
                .languageLearningRate(1.5e-3)
                .patchClasses(List.of(
                        1 + catalogue.nouns().size(),
                        Colour.values().length,
                        1 + ObjectGroup.MAX_COUNT,
                        1 + SceneGenerator.MAX_GROUPS))
                .build();
        var generator = new SceneGenerator(catalogue, SceneEvaluation.SCENE_SEED);
        try (var model = VisionLanguageModel.open(directory);
                var pretraining = new Pretraining(model, config);
                var batches = new Prefetch<>(index -> batch(generator, index))) {
            pretraining.trainTower(batches, listener);
            pretraining.trainLanguage(batches, listener);
            pretraining.save(directory);
        }
    }

    private List<PretrainExample> batch(SceneGenerator generator, long number) {
        long first = (options.seed() - 1) * SCENES_PER_SEED + number * options.batchSize();
        var examples = new ArrayList<PretrainExample>();
        for (int i = 0; i < options.batchSize(); i++) {
            examples.add(example(generator.scene(Split.TRAIN, first + i)));
        }
        return examples;
    }

    private PretrainExample example(Scene scene) {
        var labels = IntStream.of(renderer.patchGroups(scene))
                .mapToObj(group -> patchLabels(scene, group))
                .toList();
        var question = prior.question(scene, 0);
        return new PretrainExample(
                RgbImage.of(renderer.image(scene)),
                labels,
                List.of(
                        new PretrainExample.Conversation(
                                Caption.PROMPT, prior.caption(scene).text()),
                        new PretrainExample.Conversation(question.prompt(), question.answer())));
    }

    /**
     * The classes of one patch: noun, colour, how many of the kind there are, and which place the group has in reading
     * order. The last two can only be told by looking at the whole picture, so they teach the tower to relate its patches;
     * a description needs all four.
     */
    private static List<Integer> patchLabels(Scene scene, int number) {
        if (number == SceneRenderer.BACKGROUND) {
            return List.of(0, 0, 0, 0);
        }
        var group = scene.groups().get(number);
        return List.of(group.noun().id(), group.colour().id(), group.count(), number + 1);
    }
}
