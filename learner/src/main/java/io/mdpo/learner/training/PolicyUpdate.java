package io.mdpo.learner.training;

import io.mdpo.learner.optimizer.AdamW;
import io.mdpo.scorer.torch.BlobSource;
import java.nio.file.Path;
import java.util.Map;

/**
 * The second act of a step: gradients are added in the order of the micro-batches, wherever they were computed, and applied.
 * For one thread at a time.
 */
final class PolicyUpdate {
    private final AdamW optimizer;
    private StepMetrics metrics = new StepMetrics();
    private long step;

    PolicyUpdate(AdamW optimizer) {
        this.optimizer = optimizer;
    }

    /** Adds the next micro-batch and frees its tensors. */
    void add(MicroBatchGradient gradient) {
        try (gradient) {
            optimizer.add(gradient.tensors());
            gradient.pairs().forEach(metrics::add);
        }
    }

    /** Whether what was added has a loss and a gradient that can be applied. */
    boolean isFinite() {
        return metrics.values(0, optimizer.gradientNorm()).values().stream().allMatch(Double::isFinite);
    }

    /** Forgets what was added. */
    void discard() {
        optimizer.clearGradients();
        metrics = new StepMetrics();
    }

    /**
     * Clips, steps, and begins anew.
     *
     * @return metric values by their TRL names; where {@code loss} or {@code grad_norm} is not finite, no weight was changed
     */
    Map<String, Double> apply() {
        var measured = metrics;
        // A loss can be infinite where its gradient is not.
        if (!measured.isFinite()) {
            var values = measured.values(0, optimizer.gradientNorm());
            discard();
            return values;
        }
        metrics = new StepMetrics();
        var taken = optimizer.step(step);
        if (Double.isFinite(taken.gradientNorm())) {
            step++;
        }
        return measured.values(taken.learningRate(), taken.gradientNorm());
    }

    /** Steps applied so far, those before a restore included. */
    long step() {
        return step;
    }

    BlobSource optimizerState() {
        return optimizer.state();
    }

    void restore(long restoredStep, Path optimizerState) {
        optimizer.restore(optimizerState);
        step = restoredStep;
    }
}
