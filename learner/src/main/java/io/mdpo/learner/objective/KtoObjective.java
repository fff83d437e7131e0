package io.mdpo.learner.objective;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.mdpo.learner.objective.PairLayout.Kind;
import io.mdpo.scorer.torch.TorchProgram;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * KTO (Ethayarajh et al., arXiv 2402.01306): a chosen answer is a desirable example, a rejected one an undesirable one, and
 * neither knows of the other, so that either may come alone. With {@link KtoConfig#imageWeight} the chosen answer given the
 * corrupted image is an undesirable example too: the conditional term of mDPO (arXiv 2406.11839). The reward is beta times the
 * log-ratio of policy to reference.
 *
 * <p>The reference point stands for KL(policy, reference). The paper estimates it from answers to other prompts, whose
 * reference log-probabilities no scored pair holds. This takes the estimate of the authors' first report, which TRL calls
 * {@code kto_pair}: for desirable examples the mean log-ratio of all undesirable ones of the batch, for undesirable ones that
 * of all desirable ones, at least 0, and 0 where the batch has none. As in the paper it is a constant to the gradient. What
 * this does to single answers is in {@code ops/docs/decisions/engine.md}.
 */
final class KtoObjective implements Objective {
    private static final Set<Kind> DESIRABLE = EnumSet.of(Kind.CHOSEN);

    private final TorchProgram program;
    private final Set<Kind> undesirable;

    KtoObjective(NDManager manager, KtoConfig config) {
        undesirable = config.imageWeight() > 0
                ? EnumSet.of(Kind.REJECTED, Kind.CHOSEN_GIVEN_CORRUPTED_IMAGE)
                : EnumSet.of(Kind.REJECTED);
        program = new TorchProgram.Builder()
                .source(KtoObjective.class, "completions.torchscript")
                .source(KtoObjective.class, "kto.torchscript")
                .constant("beta", config.beta())
                .constant("desirable_weight", config.desirableWeight())
                .constant("undesirable_weight", config.undesirableWeight())
                .constant("image_weight", config.imageWeight())
                .constant("anchor_weight", config.anchorWeight())
                .compile(manager);
    }

    @Override
    public boolean surveys() {
        return true;
    }

    /** The reference points of the desirable and of the undesirable examples, in nats. */
    @Override
    public List<Double> survey(List<LogRatio> batch) {
        return List.of(point(batch, undesirable), point(batch, DESIRABLE));
    }

    /** A log-ratio that is no number makes the point one too: such a batch must not pass for a good one. */
    private static double point(List<LogRatio> batch, Set<Kind> kinds) {
        double sum = 0;
        int count = 0;
        for (var ratio : batch) {
            if (kinds.contains(ratio.kind())) {
                sum += ratio.nats();
                count++;
            }
        }
        return count == 0 ? 0 : Math.max(0, sum / count);
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
                layout.pairs(Kind.CHOSEN),
                layout.places(Kind.REJECTED),
                layout.pairs(Kind.REJECTED),
                layout.places(Kind.CHOSEN_GIVEN_CORRUPTED_IMAGE),
                layout.pairs(Kind.CHOSEN_GIVEN_CORRUPTED_IMAGE),
                layout.pairs(),
                batch.survey().get(0),
                batch.survey().get(1),
                batch.pairs());
        return new Result(result.get(0), result.get(1), result.get(2));
    }
}
