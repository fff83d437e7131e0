package io.mdpo.learner.objective;

import ai.djl.ndarray.NDManager;

/**
 * Settings of an objective. In a configuration {@code kind} says which: {@code preference} for {@link PreferenceConfig}, and
 * so on. A new objective is its record here, its class, and its TorchScript.
 */
public sealed interface ObjectiveConfig permits PreferenceConfig, SimpoConfig, KtoConfig {
    /**
     * Compiles the objective.
     *
     * @param manager lives as long as the objective
     */
    Objective open(NDManager manager);

    /** mDPO as in the paper. */
    static ObjectiveConfig defaults() {
        return PreferenceConfig.defaults();
    }
}
