package io.mdpo.lab.pretrain;

import io.mdpo.lab.demo.PairFile;
import io.mdpo.lab.demo.SceneEvaluation;
import io.mdpo.lab.scenes.NounCatalogue;
import io.mdpo.lab.scenes.PairFactory;
import io.mdpo.lab.scenes.PairMix;
import io.mdpo.lab.scenes.Scene;
import io.mdpo.lab.scenes.SceneGenerator;
import io.mdpo.lab.scenes.SceneRenderer;
import io.mdpo.lab.scenes.Split;
import io.mdpo.scorer.vlm.VisionLanguageModel;
import io.mdpo.scorer.vlm.VisionLanguageModel.Sampling;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;

/** Makes the bundled pairs: chosen is the truth, rejected is mostly what the base model itself says at temperature 1. */
public final class PairSampling {
    /** Scenes of pre-training are counted from 0; the pairs' scenes start far behind them. */
    private static final long FIRST_SCENE = 1_000_000;

    private static final int BATCH = 64;
    private static final PairMix MIX = new PairMix(0.7, 0.1, 0.1, 0.1);

    private final NounCatalogue catalogue = NounCatalogue.load();
    private final SceneRenderer renderer;
    private final SceneGenerator generator = new SceneGenerator(catalogue, SceneEvaluation.SCENE_SEED);

    /** @param haze of the pictures that the base was pre-trained on */
    public PairSampling(double haze) {
        renderer = new SceneRenderer(catalogue, haze);
    }

    /**
     * Draws pairs about training scenes.
     *
     * @param progress hears how many pairs there are
     */
    public List<PairFile.Line> sample(VisionLanguageModel base, int count, long seed, LongConsumer progress) {
        var lines = new ArrayList<PairFile.Line>();
        for (int from = 0; from < count; from += BATCH) {
            long first = FIRST_SCENE + from;
            var scenes = IntStream.range(0, Math.min(BATCH, count - from))
                    .mapToObj(i -> generator.scene(Split.TRAIN, first + i))
                    .toList();
            var answers = answers(base, scenes, new Sampling(SceneEvaluation.MAX_TOKENS, 1, seed + from));
            var factory = new PairFactory(catalogue, MIX, scene -> answers.getOrDefault(scene.id(), ""), seed);
            for (int i = 0; i < scenes.size(); i++) {
                var pair = factory.pair(scenes.get(i));
                lines.add(new PairFile.Line(
                        first + i, pair.kind().name(), pair.prompt(), pair.chosen(), pair.rejected()));
            }
            progress.accept(lines.size());
        }
        return lines;
    }

    private Map<String, String> answers(VisionLanguageModel base, List<Scene> scenes, Sampling sampling) {
        var texts = SceneEvaluation.describe(base, scenes, renderer, sampling);
        var answers = new HashMap<String, String>();
        for (int i = 0; i < scenes.size(); i++) {
            answers.put(scenes.get(i).id(), texts.get(i));
        }
        return answers;
    }
}
