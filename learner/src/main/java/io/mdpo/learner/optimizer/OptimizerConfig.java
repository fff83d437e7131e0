package io.mdpo.learner.optimizer;

import static io.mdpo.operator.SettingException.require;

import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * AdamW and its learning-rate schedule. The defaults are the paper's, but for the schedule: a stream has no last step, so
 * the rate stays constant after warm-up unless {@code totalSteps} says where the run ends.
 *
 * @param learningRate peak learning rate
 * @param maxGradNorm gradients are scaled down to this total 2-norm
 * @param warmupSteps steps of linear warm-up
 * @param schedule what follows the warm-up
 * @param totalSteps the step at which linear and cosine reach zero; unused by constant
 */
@RecordBuilder
public record OptimizerConfig(
        double learningRate,
        double beta1,
        double beta2,
        double epsilon,
        double weightDecay,
        double maxGradNorm,
        long warmupSteps,
        Schedule schedule,
        long totalSteps)
        implements OptimizerConfigBuilder.With {
    /** What the learning rate does after warm-up. */
    public enum Schedule {
        CONSTANT,
        LINEAR,
        COSINE
    }

    public OptimizerConfig {
        require(learningRate > 0, "learning-rate", "= " + learningRate + "; it is above 0");
        require(beta1 >= 0 && beta1 < 1, "beta1", "= " + beta1 + "; it lies in [0, 1)");
        require(beta2 >= 0 && beta2 < 1, "beta2", "= " + beta2 + "; it lies in [0, 1)");
        require(epsilon > 0, "epsilon", "= " + epsilon + "; it is above 0");
        require(weightDecay >= 0, "weight-decay", "= " + weightDecay + "; it is 0 or more");
        require(maxGradNorm > 0, "max-grad-norm", "= " + maxGradNorm + "; it is above 0");
        require(warmupSteps >= 0, "warmup-steps", "= " + warmupSteps + "; it is 0 or more");
        require(
                schedule == Schedule.CONSTANT || totalSteps > warmupSteps,
                "total-steps",
                "= " + totalSteps + "; it is above warmup-steps for a linear or cosine schedule");
    }

    public static OptimizerConfig defaults() {
        return OptimizerConfigBuilder.builder()
                .learningRate(1e-5)
                .beta1(0.9)
                .beta2(0.98)
                .epsilon(1e-8)
                .weightDecay(0.05)
                .maxGradNorm(1)
                .warmupSteps(10)
                .schedule(Schedule.CONSTANT)
                .totalSteps(0)
                .build();
    }

    /** Learning rate of a step, counted from 0. */
    public double learningRate(long step) {
        if (step < warmupSteps) {
            return learningRate * (step + 1) / warmupSteps;
        }
        double done = Math.min(1, (step - warmupSteps) / (double) Math.max(1, totalSteps - warmupSteps));
        return learningRate
                * switch (schedule) {
                    case CONSTANT -> 1;
                    case LINEAR -> 1 - done;
                    case COSINE -> 0.5 * (1 + Math.cos(Math.PI * done));
                };
    }
}
