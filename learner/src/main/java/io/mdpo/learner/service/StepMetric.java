package io.mdpo.learner.service;

/** The metrics of a step that are exported as gauges: the name TRL users plot, and the gauge's. */
public enum StepMetric {
    LOSS("loss", "mdpo.learner.loss", "Loss of the last step"),
    GRAD_NORM("grad_norm", "mdpo.learner.grad.norm", "Global L2 norm of the gradients before clipping"),
    LEARNING_RATE("learning_rate", "mdpo.learner.learning.rate", "Learning rate of the last step"),
    CHOSEN_REWARD(
            "rewards/chosen", "mdpo.learner.chosen.reward", "Reward of the chosen answers, desirable ones among them"),
    REJECTED_REWARD(
            "rewards/rejected",
            "mdpo.learner.rejected.reward",
            "Reward of the rejected answers, undesirable ones among them"),
    REWARD_MARGIN("rewards/margins", "mdpo.learner.reward.margin", "Reward of chosen less reward of rejected"),
    REWARD_ACCURACY(
            "rewards/accuracies", "mdpo.learner.reward.accuracy", "Share of pairs with a positive reward margin"),
    IMAGE_REWARD_MARGIN(
            "rewards/image_margins",
            "mdpo.learner.image.reward.margin",
            "Reward of chosen given the image less its reward given the corrupted image"),
    IMAGE_REWARD_ACCURACY(
            "rewards/image_accuracies",
            "mdpo.learner.image.reward.accuracy",
            "Share of pairs with a positive image-conditional reward margin"),
    IMAGE_MARGIN(
            "logps/image_margins",
            "mdpo.learner.image.margin",
            "Log-probability of chosen given the image less that given the corrupted image, in nats; near zero the policy "
                    + "ignores the image");

    private final String key;
    private final String gauge;
    private final String description;

    StepMetric(String key, String gauge, String description) {
        this.key = key;
        this.gauge = gauge;
        this.description = description;
    }

    /** The name in a step's result and in the training-metrics topic. */
    public String key() {
        return key;
    }

    String gauge() {
        return gauge;
    }

    String description() {
        return description;
    }
}
