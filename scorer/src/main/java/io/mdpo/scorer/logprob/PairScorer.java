package io.mdpo.scorer.logprob;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.mdpo.scorer.vlm.VisionLanguageModel;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Scores the three completions of a pair, chosen and rejected under the image and chosen under the corrupted image, in
 * one forward pass: rows [prompt, image | chosen] and [prompt, corrupted image | chosen], and the rejected answer as a
 * branch of the first row.
 *
 * <p>The reference service calls it without gradients and the learner with them. That it is one piece of code is what
 * makes the first loss of a fresh adapter exactly 3 ln 2.
 */
public final class PairScorer {
    private final VisionLanguageModel model;

    public PairScorer(VisionLanguageModel model) {
        this.model = model;
    }

    /** The tensors of one micro-batch. */
    public record Result(NDArray logProbs, NDArray statistics, List<Integer> lengths) {}

    /**
     * Scores a micro-batch.
     *
     * @param scratch owns the results
     * @return log-probs (tokens), for each pair chosen, rejected, chosen under the corrupted image, end to end; their
     *     statistics (tokens, 3); and the number of tokens of each completion (3 * pairs)
     */
    public Result score(NDManager scratch, List<EncodedPair> pairs, boolean gradients, boolean statistics) {
        var batch = new PackedBatch(model.family().imageToken(), model.family().imageTokens());
        for (var pair : pairs) {
            int row = batch.row(pair.prompt(), pair.chosen());
            batch.branch(row, pair.rejected());
            batch.row(pair.prompt(), pair.chosen());
        }
        var images = pairs.stream()
                .flatMap(pair -> Stream.of(pair.image(), pair.corruptedImage()))
                .toList();
        var features = model.imageFeatures(scratch, images);
        NDList result = model.completionLogProbs(scratch, features, batch.plan(scratch), gradients, statistics);
        return new Result(result.get(0), result.get(1), batch.completionLengths());
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
