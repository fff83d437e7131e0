package io.mdpo.learner.training;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Metrics of one step by the names that TRL users plot, and the image-conditional ones. Rewards are beta times the
 * log-ratio of policy to reference; log-probabilities are sums over completion tokens, in nats; all are means over the
 * batch.
 */
final class StepMetrics {
    private final double beta;
    private final Map<String, Double> sums = new LinkedHashMap<>();
    private int pairs;
    private double tokens;
    private double entropy;
    private double hits;

    StepMetrics(double beta) {
        this.beta = beta;
    }

    /** Log-ratios and reference sums of one pair's completions. */
    record Completion(double logRatio, double referenceLogProb, double meanLogit) {
        double logProb() {
            return referenceLogProb + logRatio;
        }
    }

    void addPair(double loss, Completion chosen, Completion rejected, Completion corrupted) {
        pairs++;
        add("loss", loss);
        add("rewards/chosen", beta * chosen.logRatio());
        add("rewards/rejected", beta * rejected.logRatio());
        add("rewards/margins", beta * (chosen.logRatio() - rejected.logRatio()));
        add("rewards/accuracies", chosen.logRatio() > rejected.logRatio() ? 1 : 0);
        add("rewards/chosen_given_corrupted_image", beta * corrupted.logRatio());
        add("rewards/image_margins", beta * (chosen.logRatio() - corrupted.logRatio()));
        add("rewards/image_accuracies", chosen.logRatio() > corrupted.logRatio() ? 1 : 0);
        add("logps/chosen", chosen.logProb());
        add("logps/rejected", rejected.logProb());
        add("logps/chosen_given_corrupted_image", corrupted.logProb());
        add("logps/chosen_change", chosen.logRatio());
        // How much the policy itself, not its distance to the reference, needs the image for the chosen answer.
        add("logps/image_margins", chosen.logProb() - corrupted.logProb());
        add("logits/chosen", chosen.meanLogit());
        add("logits/rejected", rejected.meanLogit());
    }

    /** Statistics over all completion tokens of a micro-batch. */
    void addTokens(double count, double entropySum, double hitSum) {
        tokens += count;
        entropy += entropySum;
        hits += hitSum;
    }

    /** Whether every sum so far is a finite number. */
    boolean isFinite() {
        return Double.isFinite(entropy) && sums.values().stream().allMatch(Double::isFinite);
    }

    Map<String, Double> values(double learningRate, double gradientNorm) {
        var values = new LinkedHashMap<String, Double>();
        sums.forEach((name, sum) -> values.put(name, sum / pairs));
        values.put("entropy", entropy / tokens);
        values.put("mean_token_accuracy", hits / tokens);
        values.put("num_tokens", tokens);
        values.put("learning_rate", learningRate);
        values.put("grad_norm", gradientNorm);
        return values;
    }

    private void add(String name, double value) {
        sums.merge(name, value, Double::sum);
    }
}
