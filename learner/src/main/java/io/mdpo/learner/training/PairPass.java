package io.mdpo.learner.training;

import ai.djl.ndarray.NDManager;
import io.mdpo.learner.objective.CompletionFigures;
import io.mdpo.learner.objective.Objective;
import io.mdpo.learner.objective.Objective.Batch;
import io.mdpo.learner.objective.Objective.LogRatios;
import io.mdpo.learner.objective.PairLayout;
import io.mdpo.learner.objective.PairLayout.Kind;
import io.mdpo.scorer.logprob.EncodedPair;
import io.mdpo.scorer.logprob.PairScorer;
import io.mdpo.scorer.vlm.PackedScores.Recording;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Passes of a policy over micro-batches: scores, an objective's loss, and what each pair has to show for it. */
final class PairPass {
    private final NDManager manager;
    private final PairScorer scorer;
    private final Objective objective;
    private final CompletionFigures figures;

    PairPass(NDManager manager, PairScorer scorer, Objective objective) {
        this.manager = manager;
        this.scorer = scorer;
        this.objective = objective;
        this.figures = new CompletionFigures(manager);
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

    /**
     * The batch that some micro-batches make up. An objective that surveys has them scored once, without gradients.
     *
     * @param pairs in the whole batch
     */
    Batch survey(List<List<EncodedScoredPair>> microBatches, int pairs) {
        if (!objective.surveys()) {
            return new Batch(pairs, List.of());
        }
        var ratios = new ArrayList<LogRatios>();
        for (var micro : microBatches) {
            try (var scratch = manager.newSubManager()) {
                var layout = layout(micro);
                var scored = scorer.score(scratch, encoded(micro), Recording.NONE, true);
                var reference = scratch.create(reference(micro));
                var rows = figures.of(scratch, scored.logProbs(), reference, scored.statistics(), layout);
                ratios.addAll(ratios(layout, rows));
            }
        }
        return new Batch(pairs, objective.survey(ratios));
    }

    private static List<LogRatios> ratios(PairLayout layout, List<CompletionFigures.Row> rows) {
        var ratios = new ArrayList<LogRatios>();
        for (int i = 0; i < rows.size(); i++) {
            if (layout.completions().get(i).kind() == Kind.REJECTED) {
                // The chosen answer lies before it.
                ratios.add(new LogRatios(rows.get(i - 1).logRatio(), rows.get(i).logRatio()));
            }
        }
        return ratios;
    }

    /** Adds the gradients of a micro-batch to those of the adapter; returns the figures of its pairs in order. */
    List<PairFigures> learn(List<EncodedScoredPair> micro, Batch batch, Recording recording) {
        try (var scratch = manager.newSubManager()) {
            var layout = layout(micro);
            var scored = scorer.score(scratch, encoded(micro), recording, true);
            var reference = scratch.create(reference(micro));
            var result = objective.loss(scratch, scored.logProbs(), reference, layout, batch);
            scored.scores().backward(scratch, result.loss());
            var rows = figures.of(scratch, scored.logProbs(), reference, scored.statistics(), layout);
            return figures(layout, result, rows);
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
