package io.mdpo.lab.experiment;

import ai.djl.ndarray.NDManager;
import io.mdpo.lab.demo.SceneEvaluation;
import io.mdpo.lab.metrics.YesNoMetrics;
import io.mdpo.lab.scenes.Caption;
import io.mdpo.lab.scenes.PlantedPrior;
import io.mdpo.lab.scenes.Question;
import io.mdpo.lab.scenes.Scene;
import io.mdpo.lab.scenes.Split;
import io.mdpo.schemas.Prompts;
import io.mdpo.schemas.avro.PreferencePair;
import io.mdpo.scorer.image.CorruptionConfig;
import io.mdpo.scorer.logprob.EncodedPair;
import io.mdpo.scorer.logprob.PairEncoder;
import io.mdpo.scorer.logprob.PairEncoder.UnscorablePairException;
import io.mdpo.scorer.logprob.PairScorer;
import io.mdpo.scorer.vlm.PackedScores.Recording;
import io.mdpo.scorer.vlm.VisionLanguageModel;
import io.mdpo.scorer.vlm.VisionLanguageModel.Sampling;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/** Judges a model on the first scenes of a split, which no training has seen. */
final class Judge {
    private static final int SCENES_A_BATCH = 25;
    private static final long SAMPLING_SEED = 1;

    private final World world;
    private final Split split;
    private final int count;
    private final List<Scene> scenes;
    private final PlantedPrior prior;

    Judge(World world, Split split, int count) {
        this.world = world;
        this.split = split;
        this.count = count;
        this.scenes = LongStream.range(0, count)
                .mapToObj(index -> world.generator().scene(split, index))
                .toList();
        this.prior = new PlantedPrior(world.catalogue());
    }

    Scores scores(VisionLanguageModel model) {
        var evaluation = new SceneEvaluation(world.catalogue(), world.renderer(), split, count);
        var captions = completions(model, scenes.stream().map(this::captionPair).toList());
        double margin = 0;
        double chosen = 0;
        int right = 0;
        for (var logProbs : captions) {
            margin += logProbs.chosen() - logProbs.corrupted();
            chosen += logProbs.chosen();
            right += logProbs.chosen() > logProbs.corrupted() ? 1 : 0;
        }
        return new Scores(
                evaluation.greedy(model),
                evaluation.evaluate(model, new Sampling(SceneEvaluation.MAX_TOKENS, 1, SAMPLING_SEED)),
                yesNo(model),
                100.0 * right / count,
                margin / count,
                chosen / count);
    }

    private PreferencePair captionPair(Scene scene) {
        return pair(scene, Caption.PROMPT, Caption.of(scene).text(), Question.NO);
    }

    /** Of every scene one question to say yes to, and one to say no to: for a planted partner where there can be one. */
    private YesNoMetrics yesNo(VisionLanguageModel model) {
        var pairs = new ArrayList<PreferencePair>();
        var truths = new ArrayList<Boolean>();
        for (var scene : scenes) {
            for (var question : List.of(prior.presentQuestion(scene), prior.absentQuestion(scene))) {
                pairs.add(pair(scene, question.text(), Question.YES, Question.NO));
                truths.add(question.answer(scene).equals(Question.YES));
            }
        }
        var answers = new ArrayList<YesNoMetrics.Answer>();
        var logProbs = completions(model, pairs);
        for (int i = 0; i < pairs.size(); i++) {
            answers.add(new YesNoMetrics.Answer(
                    truths.get(i), logProbs.get(i).chosen() > logProbs.get(i).rejected()));
        }
        return YesNoMetrics.of(answers);
    }

    private PreferencePair pair(Scene scene, String prompt, String chosen, String rejected) {
        return PreferencePair.newBuilder()
                .setPairId(scene.id())
                .setImages(List.of(ByteBuffer.wrap(world.png(scene))))
                .setPrompt(Prompts.user(prompt))
                .setChosen(chosen)
                .setRejected(rejected)
                .setCreatedAt(Instant.EPOCH)
                .build();
    }

    /** Log-probabilities of a pair's three completions, in nats. */
    private record Completions(double chosen, double rejected, double corrupted) {}

    private static List<Completions> completions(VisionLanguageModel model, List<PreferencePair> pairs) {
        var encoder = new PairEncoder(model);
        var scorer = new PairScorer(model);
        var all = new ArrayList<Completions>();
        for (int from = 0; from < pairs.size(); from += SCENES_A_BATCH) {
            var batch = pairs.subList(from, Math.min(from + SCENES_A_BATCH, pairs.size())).stream()
                    .map(pair -> encoded(encoder, pair))
                    .toList();
            try (var scratch = model.manager().newSubManager()) {
                all.addAll(sums(scorer, scratch, batch));
            }
        }
        return all;
    }

    private static EncodedPair encoded(PairEncoder encoder, PreferencePair pair) {
        try {
            return encoder.draw(pair, CorruptionConfig.defaults()).pair();
        } catch (UnscorablePairException e) {
            throw new IllegalStateException("a scene's own pair cannot be scored", e);
        }
    }

    private static List<Completions> sums(PairScorer scorer, NDManager scratch, List<EncodedPair> batch) {
        var result = scorer.score(scratch, batch, Recording.NONE, false);
        float[] logProbs = result.logProbs().toFloatArray();
        double[] sums = new double[result.lengths().size()];
        int at = 0;
        for (int i = 0; i < sums.length; i++) {
            for (int end = at + result.lengths().get(i); at < end; at++) {
                sums[i] += logProbs[at];
            }
        }
        var completions = new ArrayList<Completions>();
        for (int i = 0; i < sums.length; i += 3) {
            completions.add(new Completions(sums[i], sums[i + 1], sums[i + 2]));
        }
        return completions;
    }
}
