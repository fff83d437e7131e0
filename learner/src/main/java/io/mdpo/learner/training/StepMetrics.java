package io.mdpo.learner.training;

import io.mdpo.learner.objective.PairLayout.Kind;
import io.mdpo.learner.training.PairPass.Completion;
import io.mdpo.learner.training.PairPass.PairFigures;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Metrics of a batch by the names that TRL users plot, and the image-conditional ones. What a reward is, the objective says;
 * log-probabilities are sums over completion tokens, in nats. All are means over the pairs of the batch, those about images
 * over the pairs that have one, and absent where none has.
 */
final class StepMetrics {
    private final Map<String, Mean> means = new LinkedHashMap<>();
    private double tokens;
    private double entropy;
    private double hits;

    private record Mean(double sum, int count) {
        Mean plus(Mean other) {
            return new Mean(sum + other.sum, count + other.count);
        }

        double value() {
            return sum / count;
        }
    }

    void add(PairFigures pair) {
        var chosen = completion(pair, Kind.CHOSEN);
        var rejected = completion(pair, Kind.REJECTED);
        add("loss", pair.loss());
        add("rewards/chosen", chosen.reward());
        add("rewards/rejected", rejected.reward());
        add("rewards/margins", chosen.reward() - rejected.reward());
        add("rewards/accuracies", chosen.reward() > rejected.reward() ? 1 : 0);
        add("logps/chosen", logProb(chosen));
        add("logps/rejected", logProb(rejected));
        add("logps/chosen_change", chosen.sums().logRatio());
        add("logits/chosen", chosen.sums().logit() / chosen.tokens());
        add("logits/rejected", rejected.sums().logit() / rejected.tokens());
        if (pair.completions().containsKey(Kind.CHOSEN_GIVEN_CORRUPTED_IMAGE)) {
            addImage(chosen, completion(pair, Kind.CHOSEN_GIVEN_CORRUPTED_IMAGE));
        }
        for (var completion : pair.completions().values()) {
            tokens += completion.tokens();
            entropy += completion.sums().entropy();
            hits += completion.sums().hits();
        }
    }

    private void addImage(Completion chosen, Completion corrupted) {
        add("rewards/chosen_given_corrupted_image", corrupted.reward());
        add("rewards/image_margins", chosen.reward() - corrupted.reward());
        add("rewards/image_accuracies", chosen.reward() > corrupted.reward() ? 1 : 0);
        add("logps/chosen_given_corrupted_image", logProb(corrupted));
        // How much the policy itself, not its distance to the reference, needs the image for the chosen answer.
        add("logps/image_margins", logProb(chosen) - logProb(corrupted));
    }

    private static Completion completion(PairFigures pair, Kind kind) {
        return Objects.requireNonNull(pair.completions().get(kind));
    }

    private static double logProb(Completion completion) {
        return completion.sums().reference() + completion.sums().logRatio();
    }

    /** Whether every sum so far is a finite number. */
    boolean isFinite() {
        return Double.isFinite(entropy) && means.values().stream().allMatch(mean -> Double.isFinite(mean.sum()));
    }

    /** Pairs in a mean; all of them, or those that have an image. */
    int samples(String name) {
        return means.getOrDefault(name, Objects.requireNonNull(means.get("loss")))
                .count();
    }

    /** Means so far, without what belongs to a step. */
    Map<String, Double> values() {
        var values = new LinkedHashMap<String, Double>();
        means.forEach((name, mean) -> values.put(name, mean.value()));
        values.put("entropy", entropy / tokens);
        values.put("mean_token_accuracy", hits / tokens);
        values.put("num_tokens", tokens);
        return values;
    }

    Map<String, Double> values(double learningRate, double gradientNorm) {
        var values = values();
        values.put("learning_rate", learningRate);
        values.put("grad_norm", gradientNorm);
        return values;
    }

    private void add(String name, double value) {
        means.merge(name, new Mean(value, 1), Mean::plus);
    }
}
