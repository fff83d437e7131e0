package io.mdpo.lab.demo;

import io.mdpo.lab.metrics.HallucinationAnswer;
import io.mdpo.lab.metrics.HallucinationMetrics;
import io.mdpo.lab.scenes.Caption;
import io.mdpo.lab.scenes.NounCatalogue;
import io.mdpo.lab.scenes.Scene;
import io.mdpo.lab.scenes.SceneGenerator;
import io.mdpo.lab.scenes.SceneJudge;
import io.mdpo.lab.scenes.SceneRenderer;
import io.mdpo.lab.scenes.Split;
import io.mdpo.learner.evaluation.Evaluator;
import io.mdpo.learner.evaluation.Figure;
import io.mdpo.schemas.Prompts;
import io.mdpo.schemas.avro.Message;
import io.mdpo.scorer.image.RgbImage;
import io.mdpo.scorer.vlm.VisionLanguageModel;
import io.mdpo.scorer.vlm.VisionLanguageModel.Sampling;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/** Lets a model describe scenes that were never trained on, and judges the answers against what the scenes show. */
public final class SceneEvaluation implements Evaluator {
    /** Decides the scenes of the demonstration. */
    public static final long SCENE_SEED = 1;

    /** A caption of the largest scene has 30 tokens. */
    public static final int MAX_TOKENS = 40;

    /** Scenes described at once. */
    private static final int BATCH = 50;

    private static final List<Message> PROMPT = Prompts.aboutImage(Caption.PROMPT);

    private final List<Scene> scenes;
    private final SceneRenderer renderer;
    private final SceneJudge judge;

    /** @param count number of scenes of the split, from its first */
    public SceneEvaluation(NounCatalogue catalogue, Split split, int count) {
        this(catalogue, new SceneRenderer(catalogue), split, count);
    }

    /**
     * Scenes of a split, from its first.
     *
     * @param renderer draws them
     */
    public SceneEvaluation(NounCatalogue catalogue, SceneRenderer renderer, Split split, int count) {
        var generator = new SceneGenerator(catalogue, SCENE_SEED);
        scenes = LongStream.range(0, count)
                .mapToObj(index -> generator.scene(split, index))
                .toList();
        this.renderer = renderer;
        judge = new SceneJudge(catalogue);
    }

    /** The figures of greedy answers, which is what the tables show. */
    @Override
    public List<Figure> evaluate(VisionLanguageModel model) {
        return greedy(model).figures();
    }

    /** Metrics of greedy answers. */
    public HallucinationMetrics greedy(VisionLanguageModel model) {
        return evaluate(model, Sampling.greedy(MAX_TOKENS));
    }

    /** Metrics of answers written as {@code sampling} says. */
    public HallucinationMetrics evaluate(VisionLanguageModel model, Sampling sampling) {
        var answers = new ArrayList<HallucinationAnswer>();
        for (int from = 0; from < scenes.size(); from += BATCH) {
            var batch = scenes.subList(from, Math.min(from + BATCH, scenes.size()));
            var texts = describe(
                    model,
                    batch,
                    renderer,
                    new Sampling(sampling.maxTokens(), sampling.temperature(), sampling.seed() + from));
            for (int i = 0; i < batch.size(); i++) {
                answers.add(judge.judge(batch.get(i), texts.get(i)));
            }
        }
        return HallucinationMetrics.of(answers);
    }

    /** What a model says about some scenes, in order. */
    public static List<String> describe(
            VisionLanguageModel model, List<Scene> scenes, SceneRenderer renderer, Sampling sampling) {
        var pixels = scenes.stream()
                .map(scene -> model.pixelValues(RgbImage.of(renderer.image(scene))))
                .toList();
        return model.generate(pixels, PROMPT, sampling);
    }
}
