package io.mdpo.learner.service;

import static io.mdpo.learner.service.Settings.require;
import static io.mdpo.learner.service.Settings.requireNotNegative;
import static io.mdpo.learner.service.Settings.requirePositive;

/**
 * The mDPO objective (Wang et al., arXiv 2406.11839): response preference, image preference and reward anchor.
 *
 * @param beta scale of the rewards: how closely the policy is held to the reference
 * @param delta reward that the anchor wants the chosen answer to exceed
 * @param responseWeight weight of the response preference term
 * @param imageWeight weight of the image preference term
 * @param anchorWeight weight of the anchor term
 */
public record ObjectiveConfig(
        double beta, double delta, double responseWeight, double imageWeight, double anchorWeight) {
    public ObjectiveConfig {
        requirePositive("objective.beta", beta);
        require(Double.isFinite(delta), "objective.delta is " + delta + "; it has to be a finite number");
        requireNotNegative("objective.response-weight", responseWeight);
        requireNotNegative("objective.image-weight", imageWeight);
        requireNotNegative("objective.anchor-weight", anchorWeight);
        require(
                responseWeight + imageWeight + anchorWeight > 0,
                "objective has no term: set response-weight, image-weight or anchor-weight above 0");
    }

    public static ObjectiveConfig defaults() {
        return new ObjectiveConfig(0.1, 0, 1, 1, 1);
    }
}
