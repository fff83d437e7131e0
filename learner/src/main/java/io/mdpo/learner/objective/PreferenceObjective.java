package io.mdpo.learner.objective;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.mdpo.scorer.torch.TorchProgram;
import java.util.List;

/**
 * A preference loss over per-token log-probabilities of policy and reference: mDPO (Wang et al., arXiv 2406.11839: L_DPOm,
 * L_CoPO and L_AncPO) and what becomes of it with other weights and response losses.
 *
 * <p>With policy equal to reference and the default settings it is exactly 3 ln 2.
 */
public final class PreferenceObjective {
    private final TorchProgram program;

    /** @param manager lives as long as the objective */
    public PreferenceObjective(NDManager manager, ObjectiveConfig config) {
        program = new TorchProgram.Builder()
                .source(PreferenceObjective.class, "objective.torchscript")
                .source(PreferenceObjective.class, config.responseLoss().source())
                .constant("beta", config.beta())
                .constant("delta", config.delta())
                .constant("label_smoothing", config.labelSmoothing())
                .constant("response_weight", config.responseWeight())
                .constant("image_weight", config.imageWeight())
                .constant("anchor_weight", config.anchorWeight())
                .constant("rejected_anchor_weight", config.rejectedAnchorWeight())
                .constant("corrupted_anchor_weight", config.corruptedAnchorWeight())
                .constant("sft_weight", config.sftWeight())
                .compile(manager);
    }

    /**
     * A loss and what it is made of.
     *
     * @param loss scalar with its graph: the pairs' share of the batch mean
     * @param pairs (pairs, 4), fp32: loss, then log pi_theta / pi_ref of chosen, rejected, chosen given the corrupted
     *     image, in nats
     */
    public record Result(NDArray loss, NDArray pairs) {}

    /**
     * The loss of a micro-batch.
     *
     * @param logProbs policy log-probs (tokens) with their graph; for each pair chosen, rejected, chosen given the
     *     corrupted image
     * @param reference reference log-probs, the same layout
     * @param lengths tokens of each completion (3 * pairs)
     * @param batchSize pairs in the whole batch
     */
    public Result loss(NDManager scratch, NDArray logProbs, NDArray reference, List<Integer> lengths, int batchSize) {
        var result = program.callWithGradients(scratch, "loss", logProbs, reference, longs(lengths), batchSize);
        return new Result(result.get(0), result.get(1));
    }

    /** Sums over each completion: values (tokens, columns) to (completions, columns). */
    public NDArray completionSums(NDManager scratch, NDArray values, List<Integer> lengths) {
        return program.call(scratch, "completion_sums", values, longs(lengths)).get(0);
    }

    private static long[] longs(List<Integer> values) {
        return values.stream().mapToLong(Integer::longValue).toArray();
    }
}
