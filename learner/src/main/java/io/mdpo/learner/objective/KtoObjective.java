package io.mdpo.learner.objective;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.mdpo.learner.objective.PairLayout.Kind;
import io.mdpo.scorer.torch.TorchProgram;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * KTO (Ethayarajh et al., arXiv 2402.01306) on pairs: the chosen answer is a desirable example, the rejected one an
 * undesirable one, and neither knows of the other. The reward is beta times the log-ratio of policy to reference; corrupted
 * images take no part.
 *
 * <p>The reference point stands for KL(policy, reference). The paper estimates it from answers to other prompts, whose
 * reference log-probabilities no scored pair holds. This takes the estimate of the authors' first report, which TRL calls
 * {@code kto_pair}: for chosen answers the mean log-ratio of all rejected answers of the batch, for rejected answers that of
 * all chosen ones, at least 0. As in the paper it is a constant to the gradient.
 */
final class KtoObjective implements Objective {
    private final TorchProgram program;

    KtoObjective(NDManager manager, KtoConfig config) {
        program = new TorchProgram.Builder()
                .source(KtoObjective.class, "completions.torchscript")
                .source(KtoObjective.class, "kto.torchscript")
                .constant("beta", config.beta())
                .constant("desirable_weight", config.desirableWeight())
                .constant("undesirable_weight", config.undesirableWeight())
                .compile(manager);
    }

    @Override
    public boolean surveys() {
        return true;
    }

    /** The reference points of the chosen and of the rejected answers, in nats. */
    @Override
    public List<Double> survey(List<LogRatios> batch) {
        return List.of(point(batch, LogRatios::rejected), point(batch, LogRatios::chosen));
    }

    /** A log-ratio that is no number makes the point one too: such a batch must not pass for a good one. */
    private static double point(List<LogRatios> batch, ToDoubleFunction<LogRatios> side) {
        double sum = 0;
        for (var pair : batch) {
            sum += side.applyAsDouble(pair);
        }
        return Math.max(0, sum / batch.size());
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
                batch.survey().get(0),
                batch.survey().get(1),
                batch.pairs());
        return new Result(result.get(0), result.get(1), result.get(2));
    }
}
