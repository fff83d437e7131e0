package io.mdpo.scorer.logprob;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.mdpo.scorer.vlm.PackedScores;
import io.mdpo.scorer.vlm.PackedScores.Recording;
import io.mdpo.scorer.vlm.VisionLanguageModel;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Scores the completions of a pair, chosen and rejected under its images and chosen under the corrupted images, in one
 * forward pass: rows [prompt, images | chosen] and [prompt, corrupted images | chosen], and the rejected answer as a
 * branch of the first row. A pair without images has no second row, a desirable answer by itself no branch, and an
 * undesirable one by itself one row, of the rejected answer.
 *
 * <p>The reference service calls it without gradients and the learner with them. That it is one piece of code is what
 * makes the first loss of a fresh adapter exactly 3 ln 2.
 */
public final class PairScorer {
    private final VisionLanguageModel model;

    public PairScorer(VisionLanguageModel model) {
        this.model = model;
    }

    /**
     * The scores of one micro-batch: log-probs for each pair of chosen, rejected and, where it has images, chosen under
     * the corrupted images, end to end, of those that it has.
     *
     * @param lengths tokens of each completion: those of {@link EncodedPair#completionLengths} of all pairs that are not 0
     */
    public record Result(PackedScores scores, List<Integer> lengths) {
        public NDArray logProbs() {
            return scores.logProbs();
        }

        public NDArray statistics() {
            return scores.statistics();
        }
    }

    /**
     * Scores a micro-batch.
     *
     * @param scratch owns the results
     * @param statistics whether to fill {@link Result#statistics}
     */
    public Result score(NDManager scratch, List<EncodedPair> pairs, Recording recording, boolean statistics) {
        var batch = new PackedBatch(model.family().imageToken());
        for (var pair : pairs) {
            int row = batch.row(pair.prompt(), pair.hasChosen() ? pair.chosen() : pair.rejected());
            if (pair.hasChosen() && pair.hasRejected()) {
                batch.branch(row, pair.rejected());
            }
            if (pair.hasCorruptedImages()) {
                batch.row(pair.prompt(), pair.chosen());
            }
        }
        var images = pairs.stream()
                .flatMap(pair -> Stream.concat(pair.images().stream(), pair.corruptedImages().stream()))
                .toList();
        var features = model.imageFeatures(scratch, images);
        return new Result(
                model.score(scratch, features, batch.plan(scratch), recording, statistics), batch.completionLengths());
    }

    /** Splits pairs, in order, into micro-batches of at most {@code maxTokens} tokens; a larger pair stands alone. */
    public static List<List<EncodedPair>> microBatches(List<EncodedPair> pairs, int maxTokens) {
        var batches = new ArrayList<List<EncodedPair>>();
        var current = new ArrayList<EncodedPair>();
        int tokens = 0;
        for (var pair : pairs) {
            if (!current.isEmpty() && tokens + pair.tokens() > maxTokens) {
                batches.add(List.copyOf(current));
                current.clear();
                tokens = 0;
            }
            current.add(pair);
            tokens += pair.tokens();
        }
        if (!current.isEmpty()) {
            batches.add(List.copyOf(current));
        }
        return batches;
    }
}
