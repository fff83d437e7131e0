package io.mdpo.learner.objective;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.mdpo.learner.objective.PairLayout.Kind;
import io.mdpo.scorer.torch.TorchProgram;

/**
 * SimPO (Meng et al., arXiv 2405.14734): rewards are mean log-probabilities of the policy, so that a long answer gains nothing
 * by its length, and no reference takes part. Corrupted images take no part either.
 */
final class SimpoObjective implements Objective {
    private final TorchProgram program;

    SimpoObjective(NDManager manager, SimpoConfig config) {
        program = new TorchProgram.Builder()
                .source(SimpoObjective.class, "completions.torchscript")
                .source(SimpoObjective.class, "simpo.torchscript")
                .constant("beta", config.beta())
                .constant("gamma", config.gamma())
                .compile(manager);
    }

    @Override
    public Result loss(NDManager scratch, NDArray logProbs, NDArray reference, PairLayout layout, Batch batch) {
        var result = program.callWithGradients(
                scratch,
                "loss",
                logProbs,
                layout.lengths(),
                layout.places(Kind.CHOSEN),
                layout.places(Kind.REJECTED),
                batch.pairs());
        return new Result(result.get(0), result.get(1), result.get(2));
    }
}
