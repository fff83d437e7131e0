package io.mdpo.learner.training;

import ai.djl.ndarray.NDManager;
import io.mdpo.learner.objective.CompletionFigures;
import io.mdpo.learner.objective.Objective;
import io.mdpo.learner.objective.Objective.Batch;
import io.mdpo.learner.objective.Objective.LogRatio;
import io.mdpo.learner.objective.PairLayout;
import io.mdpo.learner.objective.PairLayout.Kind;
import io.mdpo.scorer.logprob.EncodedPair;
import io.mdpo.scorer.logprob.PairScorer;
import io.mdpo.scorer.vlm.PackedScores.Recording;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The first act of a step: passes of a policy over micro-batches give gradients, and what each pair has to show. A pass reads
 * the adapter and changes nothing, so several may be made at once, and not all need be made here: whoever has the same model
 * and the same adapter computes the same bits.
 *
 * <p>Thread-safe, as long as {@link PolicyUpdate} is not at work.
 */
final class PairPass {
    private final NDManager manager;
    private final PairScorer scorer;
    private final Objective objective;
    private final CompletionFigures figures;
    private final Recording recording;

    /** @param recording how much of a pass is kept for the way back */
    PairPass(NDManager manager, PairScorer scorer, Objective objective, Recording recording) {
        this.manager = manager;
        this.scorer = scorer;
        this.objective = objective;
        this.figures = new CompletionFigures(manager);
        this.recording = recording;
    }

    /**
     * What a pass says of one completion.
     *
     * @param tokens its length
     * @param reward by the objective
     * @param sums over its tokens
     */
    record Completion(int tokens, double reward, CompletionFigures.Row sums) {}

    /** What a pass says of one pair. */
    record PairFigures(double loss, Map<Kind, Completion> completions) {}

    /** What an objective that surveys wants to know of a micro-batch, scored without gradients; of others nothing. */
    List<LogRatio> survey(List<EncodedScoredPair> micro) {
        if (!objective.surveys()) {
            return List.of();
        }
        try (var scratch = manager.newSubManager()) {
            var layout = layout(micro);
            var scored = scorer.score(scratch, encoded(micro), Recording.NONE, true);
            var reference = scratch.create(reference(micro));
            return ratios(layout, figures.of(scratch, scored.logProbs(), reference, scored.statistics(), layout));
        }
    }

    /**
     * The batch of which micro-batches are parts.
     *
     * @param pairs in the whole batch
     * @param surveyed of all its micro-batches, in order
     */
    Batch batch(int pairs, List<LogRatio> surveyed) {
        return new Batch(pairs, objective.survey(surveyed));
    }

    private static List<LogRatio> ratios(PairLayout layout, List<CompletionFigures.Row> rows) {
        var ratios = new ArrayList<LogRatio>();
        for (int i = 0; i < rows.size(); i++) {
            ratios.add(
                    new LogRatio(layout.completions().get(i).kind(), rows.get(i).logRatio()));
        }
        return ratios;
    }

    /**
     * The gradient of a micro-batch.
     *
     * @param owner of the result, which is freed with it if it is not closed before
     */
    MicroBatchGradient gradient(NDManager owner, List<EncodedScoredPair> micro, Batch batch) {
        var results = owner.newSubManager();
        try (var scratch = owner.newSubManager()) {
            var layout = layout(micro);
            var scored = scorer.score(scratch, encoded(micro), recording, true);
            var reference = scratch.create(reference(micro));
            var result = objective.loss(scratch, scored.logProbs(), reference, layout, batch);
            var rows = figures.of(scratch, scored.logProbs(), reference, scored.statistics(), layout);
            var gradients = scored.scores().gradients(results, result.loss());
            return new MicroBatchGradient(results, gradients, figures(layout, result, rows));
        }
    }

    /** The figures of a micro-batch, without gradients. */
    List<PairFigures> measure(List<EncodedScoredPair> micro, Batch batch) {
        try (var scratch = manager.newSubManager()) {
            var layout = layout(micro);
            var scored = scorer.score(scratch, encoded(micro), Recording.NONE, true);
            var reference = scratch.create(reference(micro));
            var result = objective.loss(scratch, scored.logProbs(), reference, layout, batch);
            return figures(
                    layout, result, figures.of(scratch, scored.logProbs(), reference, scored.statistics(), layout));
        }
    }

    private static List<PairFigures> figures(
            PairLayout layout, Objective.Result result, List<CompletionFigures.Row> rows) {
        float[] losses = result.pairs().toFloatArray();
        float[] rewards = result.rewards().toFloatArray();
        var pairs = new ArrayList<PairFigures>();
        for (float loss : losses) {
            pairs.add(new PairFigures(loss, new EnumMap<>(Kind.class)));
        }
        for (int i = 0; i < rows.size(); i++) {
            var place = layout.completions().get(i);
            pairs.get(place.pair())
                    .completions()
                    .put(place.kind(), new Completion(place.tokens(), rewards[i], rows.get(i)));
        }
        return pairs;
    }

    /** Splits pairs, in order; their composition decides the last bits. */
    static List<List<EncodedScoredPair>> microBatches(List<EncodedScoredPair> pairs, int maxTokens) {
        var batches = new ArrayList<List<EncodedScoredPair>>();
        int done = 0;
        for (var micro : PairScorer.microBatches(encoded(pairs), maxTokens)) {
            batches.add(pairs.subList(done, done + micro.size()));
            done += micro.size();
        }
        return batches;
    }

    private static PairLayout layout(List<EncodedScoredPair> pairs) {
        return PairLayout.of(
                pairs.stream().map(pair -> pair.encoded().completionLengths()).toList());
    }

    private static List<EncodedPair> encoded(List<EncodedScoredPair> pairs) {
        return pairs.stream().map(EncodedScoredPair::encoded).toList();
    }

    private static float[] reference(List<EncodedScoredPair> pairs) {
        float[] all = new float
                [pairs.stream().mapToInt(pair -> pair.reference().length).sum()];
        int at = 0;
        for (var pair : pairs) {
            System.arraycopy(pair.reference(), 0, all, at, pair.reference().length);
            at += pair.reference().length;
        }
        return all;
    }
}
