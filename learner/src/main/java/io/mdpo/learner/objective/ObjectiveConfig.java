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

    /** Whether it learns from an answer that is good or bad by itself; if not, every pair has a chosen and a rejected one. */
    default boolean takesSingleAnswers() {
        return false;
    }

    /** mDPO as in the paper. */
    static ObjectiveConfig defaults() {
        return PreferenceConfig.defaults();
    }
}
