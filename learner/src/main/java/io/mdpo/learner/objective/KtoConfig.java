package io.mdpo.learner.objective;

import static io.mdpo.operator.SettingException.require;

import ai.djl.ndarray.NDManager;
import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * KTO, a loss of answers that are good or bad each for itself, and mDPO's terms carried over to it. By default without them, as
 * in the paper.
 *
 * @param beta inverse temperature of the implicit reward
 * @param desirableWeight weight lambda_D of the chosen answers
 * @param undesirableWeight weight lambda_U of the rejected answers
 * @param imageWeight weight lambda_C of the chosen answers given their corrupted images, which are undesirable then
 * @param anchorWeight weight of the anchor on the chosen answers: their rewards above 0
 */
@RecordBuilder
public record KtoConfig(
        double beta, double desirableWeight, double undesirableWeight, double imageWeight, double anchorWeight)
        implements ObjectiveConfig, KtoConfigBuilder.With {
    public KtoConfig {
        requirePositive("beta", beta);
        requirePositive("desirable-weight", desirableWeight);
        requirePositive("undesirable-weight", undesirableWeight);
        requireWeight("image-weight", imageWeight);
        requireWeight("anchor-weight", anchorWeight);
    }

    private static void requirePositive(String key, double value) {
        require(value > 0 && Double.isFinite(value), key, "= " + value + "; it is above 0");
    }

    private static void requireWeight(String key, double value) {
        require(value >= 0 && Double.isFinite(value), key, "= " + value + "; it is 0 or more");
    }

    public static KtoConfig defaults() {
        return new KtoConfig(0.1, 1, 1, 0, 0);
    }

    @Override
    public boolean takesSingleAnswers() {
        return true;
    }

    @Override
    public Objective open(NDManager manager) {
        return new KtoObjective(manager, this);
    }
}
