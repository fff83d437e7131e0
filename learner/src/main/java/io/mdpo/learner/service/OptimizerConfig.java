package io.mdpo.learner.service;

import static io.mdpo.learner.service.Settings.require;
import static io.mdpo.learner.service.Settings.requireNotNegative;
import static io.mdpo.learner.service.Settings.requirePositive;

import java.util.Locale;

/**
 * AdamW and its learning rate over time. The defaults are the paper's, except for the schedule: a stream has no last
 * step, so the rate stays constant after the warm-up.
 *
 * @param learningRate highest rate
 * @param beta1 decay of the first moment
 * @param beta2 decay of the second moment
 * @param epsilon added to the root of the second moment
 * @param weightDecay decoupled weight decay
 * @param maxGradNorm gradients are scaled down to this global L2 norm
 * @param warmupSteps steps in which the rate rises linearly from 0
 * @param schedule what the rate does after the warm-up
 * @param totalSteps step at which cosine and linear reach 0, the warm-up included; 0 with constant
 */
public record OptimizerConfig(
        double learningRate,
        double beta1,
        double beta2,
        double epsilon,
        double weightDecay,
        double maxGradNorm,
        long warmupSteps,
        Schedule schedule,
        long totalSteps) {

    /** The learning rate after the warm-up. */
    public enum Schedule {
        CONSTANT,
        COSINE,
        LINEAR
    }

    public OptimizerConfig {
        requirePositive("optimizer.learning-rate", learningRate);
        require(beta1 >= 0 && beta1 < 1, "optimizer.beta1 is " + beta1 + "; it has to be in [0, 1)");
        require(beta2 >= 0 && beta2 < 1, "optimizer.beta2 is " + beta2 + "; it has to be in [0, 1)");
        requirePositive("optimizer.epsilon", epsilon);
        requireNotNegative("optimizer.weight-decay", weightDecay);
        requirePositive("optimizer.max-grad-norm", maxGradNorm);
        require(warmupSteps >= 0, "optimizer.warmup-steps is " + warmupSteps + "; it has to be 0 or more");
        require(totalSteps >= 0, "optimizer.total-steps is " + totalSteps + "; it has to be 0 or more");
        require(
                schedule == Schedule.CONSTANT || totalSteps > warmupSteps,
                "optimizer.total-steps is %d; the %s schedule needs more than the %d of optimizer.warmup-steps"
                        .formatted(totalSteps, schedule.name().toLowerCase(Locale.ROOT), warmupSteps));
    }

    public static OptimizerConfig defaults() {
        return new OptimizerConfig(1e-5, 0.9, 0.98, 1e-8, 0.05, 1.0, 10, Schedule.CONSTANT, 0);
    }
}
