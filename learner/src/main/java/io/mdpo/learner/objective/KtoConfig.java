package io.mdpo.learner.objective;

import static io.mdpo.operator.SettingException.require;

import ai.djl.ndarray.NDManager;
import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * KTO, a loss of answers that are good or bad each for itself.
 *
 * @param beta inverse temperature of the implicit reward
 * @param desirableWeight weight lambda_D of the chosen answers
 * @param undesirableWeight weight lambda_U of the rejected answers
 */
@RecordBuilder
public record KtoConfig(double beta, double desirableWeight, double undesirableWeight)
        implements ObjectiveConfig, KtoConfigBuilder.With {
    public KtoConfig {
        requirePositive("beta", beta);
        requirePositive("desirable-weight", desirableWeight);
        requirePositive("undesirable-weight", undesirableWeight);
    }

    private static void requirePositive(String key, double value) {
        require(value > 0 && Double.isFinite(value), key, "= " + value + "; it is above 0");
    }

    public static KtoConfig defaults() {
        return new KtoConfig(0.1, 1, 1);
    }

    @Override
    public Objective open(NDManager manager) {
        return new KtoObjective(manager, this);
    }
}
