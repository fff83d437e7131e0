package io.mdpo.learner.objective;

import static io.mdpo.operator.SettingException.require;

import ai.djl.ndarray.NDManager;
import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * A preference loss by its terms, mDPO by default. All weights 0 but {@code responseWeight} are plain DPO (or what
 * {@code responseLoss} says); only {@code sftWeight} is supervised fine-tuning on the chosen answers.
 *
 * @param beta inverse temperature of the implicit reward
 * @param delta anchors ask for rewards above or below it, in units of reward
 * @param responseLoss of the chosen over the rejected answer
 * @param labelSmoothing share of wrong labels that {@link ResponseLoss#ROBUST} reckons with, below 0.5
 * @param responseWeight weight of L_DPOm: chosen over rejected
 * @param imageWeight weight of L_CoPO: the image over the corrupted image
 * @param anchorWeight weight of L_AncPO: the chosen reward over delta
 * @param rejectedAnchorWeight weight of the anchor on the rejected answer: its reward below delta
 * @param corruptedAnchorWeight weight of the anchor on the chosen answer given the corrupted image: its reward below delta
 * @param sftWeight weight of the mean negative log-likelihood a token of the chosen answer
 */
@RecordBuilder
public record PreferenceConfig(
        double beta,
        double delta,
        ResponseLoss responseLoss,
        double labelSmoothing,
        double responseWeight,
        double imageWeight,
        double anchorWeight,
        double rejectedAnchorWeight,
        double corruptedAnchorWeight,
        double sftWeight)
        implements ObjectiveConfig, PreferenceConfigBuilder.With {
    public PreferenceConfig {
        require(beta > 0, "beta", "= " + beta + "; it is above 0");
        require(Double.isFinite(delta), "delta", "= " + delta + "; it is a finite number");
        require(
                labelSmoothing >= 0 && labelSmoothing < 0.5,
                "label-smoothing",
                "= " + labelSmoothing + "; it is from 0 to below 0.5");
        requireWeight("response-weight", responseWeight);
        requireWeight("image-weight", imageWeight);
        requireWeight("anchor-weight", anchorWeight);
        requireWeight("rejected-anchor-weight", rejectedAnchorWeight);
        requireWeight("corrupted-anchor-weight", corruptedAnchorWeight);
        requireWeight("sft-weight", sftWeight);
        require(
                responseWeight + imageWeight + anchorWeight + rejectedAnchorWeight + corruptedAnchorWeight + sftWeight
                        > 0,
                "response-weight",
                "= 0, like every other weight; one is above 0");
    }

    /** mDPO with three terms. */
    public static PreferenceConfig mdpo(
            double beta, double delta, double responseWeight, double imageWeight, double anchorWeight) {
        return defaults().with(config -> config.beta(beta)
                .delta(delta)
                .responseWeight(responseWeight)
                .imageWeight(imageWeight)
                .anchorWeight(anchorWeight));
    }

    /** The paper's setting. */
    public static PreferenceConfig defaults() {
        return PreferenceConfigBuilder.builder()
                .beta(0.1)
                .delta(0)
                .responseLoss(ResponseLoss.SIGMOID)
                .labelSmoothing(0)
                .responseWeight(1)
                .imageWeight(1)
                .anchorWeight(1)
                .rejectedAnchorWeight(0)
                .corruptedAnchorWeight(0)
                .sftWeight(0)
                .build();
    }

    @Override
    public Objective open(NDManager manager) {
        return new PreferenceObjective(manager, this);
    }

    private static void requireWeight(String key, double weight) {
        require(weight >= 0, key, "= " + weight + "; it is 0 or more");
    }
}
