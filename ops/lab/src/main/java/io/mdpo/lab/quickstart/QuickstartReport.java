package io.mdpo.lab.quickstart;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a quickstart did. Rates are shares from 0 to 1, evaluation metrics percent, log-probabilities nats.
 *
 * @param feedback pairs or thumbs
 * @param seconds from the start of the broker to the end of the last evaluation
 */
@JsonPropertyOrder({"seed", "feedback", "pairs", "loss", "rewards", "logps", "evaluation", "checkpoint", "seconds"})
record QuickstartReport(
        long seed,
        String feedback,
        Pairs pairs,
        Loss loss,
        Rewards rewards,
        LogProbs logps,
        Evaluation evaluation,
        CheckpointId checkpoint,
        double seconds) {

    /**
     * @param ingested records that entered
     * @param rejected of these, refused at any stage
     * @param waiting accepted pairs of a batch that is not full
     * @param reasons refused records by reason
     */
    record Pairs(long ingested, long rejected, long scored, long learned, long waiting, Map<String, Long> reasons) {}

    record Loss(double first, double last) {}

    /**
     * Means over the last tenth of the steps.
     *
     * @param accuracy of chosen against rejected; null where answers come by themselves
     * @param margin of chosen over rejected; null where answers come by themselves
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Rewards(
            double chosen,
            double rejected,
            @Nullable Double accuracy,
            double imageAccuracy,
            @Nullable Double margin,
            double imageMargin) {}

    /**
     * Over the last tenth of the steps.
     *
     * @param chosenChange log-probability of the chosen answer, policy less base
     * @param imageMarginBefore chosen answer given the image less given the corrupted image, base
     * @param imageMarginAfter the same, policy
     */
    record LogProbs(double chosenChange, double imageMarginBefore, double imageMarginAfter) {}

    /**
     * Greedy answers about scenes whose compositions were never trained on.
     *
     * @param scenes heldout or tuning
     * @param before figures of the base by name, in percent
     * @param after figures of the policy
     */
    record Evaluation(String scenes, int answers, Map<String, Double> before, Map<String, Double> after) {}

    record CheckpointId(long step, String sha256) {}
}
