package io.mdpo.learner.objective;

import ai.djl.ndarray.NDManager;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.stream.DoubleStream;

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
        if (!(beta > 0)) {
            throw new IllegalArgumentException("beta = %s; it is above 0".formatted(beta));
        }
        if (!Double.isFinite(delta)) {
            throw new IllegalArgumentException("delta = %s; it is a finite number".formatted(delta));
        }
        if (!(labelSmoothing >= 0 && labelSmoothing < 0.5)) {
            throw new IllegalArgumentException(
                    "label-smoothing = %s; it is from 0 to below 0.5".formatted(labelSmoothing));
        }
        double[] weights = {
            responseWeight, imageWeight, anchorWeight, rejectedAnchorWeight, corruptedAnchorWeight, sftWeight
        };
        if (!DoubleStream.of(weights).allMatch(weight -> weight >= 0)
                || !(DoubleStream.of(weights).sum() > 0)) {
            throw new IllegalArgumentException("weights %s, %s, %s, %s, %s, %s; none is below 0 and one is above"
                    .formatted(DoubleStream.of(weights).boxed().toArray()));
        }
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
}
