package io.mdpo.learner.objective;

import static io.mdpo.operator.SettingException.require;

import ai.djl.ndarray.NDManager;
import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * SimPO, a preference loss without a reference.
 *
 * @param beta scales the mean log-probability a token, which is the reward
 * @param gamma margin by which the chosen reward shall exceed the rejected one, in units of reward
 */
@RecordBuilder
public record SimpoConfig(double beta, double gamma) implements ObjectiveConfig, SimpoConfigBuilder.With {
    public SimpoConfig {
        require(beta > 0 && Double.isFinite(beta), "beta", "= " + beta + "; it is above 0");
        require(gamma >= 0 && Double.isFinite(gamma), "gamma", "= " + gamma + "; it is 0 or more");
    }

    public static SimpoConfig defaults() {
        return new SimpoConfig(2, 0.5);
    }

    @Override
    public Objective open(NDManager manager) {
        return new SimpoObjective(manager, this);
    }
}
