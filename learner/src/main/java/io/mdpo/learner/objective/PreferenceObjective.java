package io.mdpo.learner.objective;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.mdpo.learner.objective.PairLayout.Kind;
import io.mdpo.scorer.torch.TorchProgram;

/**
 * mDPO (Wang et al., arXiv 2406.11839: L_DPOm, L_CoPO and L_AncPO) and what becomes of it with other weights and response
 * losses. The reward is beta times the log-ratio of policy to reference. A pair about text alone has no image terms.
 *
 * <p>With policy equal to reference and the default settings it is exactly 3 ln 2, and 2 ln 2 for text alone.
 */
final class PreferenceObjective implements Objective {
    private final TorchProgram program;

    PreferenceObjective(NDManager manager, PreferenceConfig config) {
        program = new TorchProgram.Builder()
                .source(PreferenceObjective.class, "completions.torchscript")
                .source(PreferenceObjective.class, "preference.torchscript")
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

    @Override
    public Result loss(NDManager scratch, NDArray logProbs, NDArray reference, PairLayout layout, Batch batch) {
        var result = program.callWithGradients(
                scratch,
                "loss",
                logProbs,
                reference,
                layout.lengths(),
                layout.places(Kind.CHOSEN),
                layout.places(Kind.REJECTED),
                layout.places(Kind.CHOSEN_GIVEN_CORRUPTED_IMAGE),
                layout.pairs(Kind.CHOSEN_GIVEN_CORRUPTED_IMAGE),
                batch.pairs());
        return new Result(result.get(0), result.get(1), result.get(2));
    }
}
