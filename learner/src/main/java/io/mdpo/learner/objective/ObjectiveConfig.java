package io.mdpo.learner.objective;

/**
 * The three terms of mDPO. Weights 1, 0, 0 are DPO.
 *
 * @param beta inverse temperature of the implicit reward
 * @param delta the anchor asks for a chosen reward above it, in units of reward
 * @param responseWeight weight of L_DPOm: chosen over rejected
 * @param imageWeight weight of L_CoPO: the image over the corrupted image
 * @param anchorWeight weight of L_AncPO: the chosen reward over delta
 */
public record ObjectiveConfig(
        double beta, double delta, double responseWeight, double imageWeight, double anchorWeight) {
    public ObjectiveConfig {
        if (!(beta > 0)) {
            throw new IllegalArgumentException("beta = %s; it is above 0".formatted(beta));
        }
        if (!Double.isFinite(delta)) {
            throw new IllegalArgumentException("delta = %s; it is a finite number".formatted(delta));
        }
        if (responseWeight < 0
                || imageWeight < 0
                || anchorWeight < 0
                || responseWeight + imageWeight + anchorWeight <= 0) {
            throw new IllegalArgumentException("weights %s, %s, %s; none is below 0 and one is above"
                    .formatted(responseWeight, imageWeight, anchorWeight));
        }
    }

    /** The paper's setting. */
    public static ObjectiveConfig defaults() {
        return new ObjectiveConfig(0.1, 0, 1, 1, 1);
    }
}
