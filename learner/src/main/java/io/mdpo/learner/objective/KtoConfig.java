package io.mdpo.learner.objective;

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
        if (!(beta > 0 && Double.isFinite(beta))) {
            throw new IllegalArgumentException("beta = %s; it is above 0".formatted(beta));
        }
        requireWeight("desirable-weight", desirableWeight);
        requireWeight("undesirable-weight", undesirableWeight);
    }

    private static void requireWeight(String key, double weight) {
        if (!(weight > 0 && Double.isFinite(weight))) {
            throw new IllegalArgumentException("%s = %s; it is above 0".formatted(key, weight));
        }
    }

    public static KtoConfig defaults() {
        return new KtoConfig(0.1, 1, 1);
    }

    @Override
    public Objective open(NDManager manager) {
        return new KtoObjective(manager, this);
    }
}
