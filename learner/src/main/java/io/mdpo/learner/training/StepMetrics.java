package io.mdpo.learner.training;

import io.mdpo.learner.objective.PairLayout.Kind;
import io.mdpo.learner.training.PairPass.Completion;
import io.mdpo.learner.training.PairPass.PairFigures;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Metrics of a batch by the names that TRL users plot, and the image-conditional ones. What a reward is, the objective says;
 * log-probabilities are sums over completion tokens, in nats. All are means over the pairs of the batch that have what they are
 * about: a chosen or a rejected answer, both of them, an image. They are absent where none has.
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
        chosen.ifPresent(it -> addAnswer("chosen", it));
        rejected.ifPresent(it -> addAnswer("rejected", it));
        chosen.ifPresent(it -> add("logps/chosen_change", it.sums().logRatio()));
        chosen.ifPresent(w -> rejected.ifPresent(l -> addMargin(w, l)));
        chosen.ifPresent(
                w -> completion(pair, Kind.CHOSEN_GIVEN_CORRUPTED_IMAGE).ifPresent(m -> addImage(w, m)));
        for (var completion : pair.completions().values()) {
            tokens += completion.tokens();
            entropy += completion.sums().entropy();
            hits += completion.sums().hits();
        }
    }

    private void addAnswer(String name, Completion answer) {
        add("rewards/" + name, answer.reward());
        add("logps/" + name, logProb(answer));
        add("logits/" + name, answer.sums().logit() / answer.tokens());
    }

    private void addMargin(Completion chosen, Completion rejected) {
        add("rewards/margins", chosen.reward() - rejected.reward());
        add("rewards/accuracies", chosen.reward() > rejected.reward() ? 1 : 0);
    }

    private void addImage(Completion chosen, Completion corrupted) {
        add("rewards/chosen_given_corrupted_image", corrupted.reward());
        add("rewards/image_margins", chosen.reward() - corrupted.reward());
        add("rewards/image_accuracies", chosen.reward() > corrupted.reward() ? 1 : 0);
        add("logps/chosen_given_corrupted_image", logProb(corrupted));
        // How much the policy itself, not its distance to the reference, needs the image for the chosen answer.
        add("logps/image_margins", logProb(chosen) - logProb(corrupted));
    }

    private static Optional<Completion> completion(PairFigures pair, Kind kind) {
        return Optional.ofNullable(pair.completions().get(kind));
    }

    private static double logProb(Completion completion) {
        return completion.sums().reference() + completion.sums().logRatio();
    }

    /** Whether every sum so far is a finite number. */
    boolean isFinite() {
        return Double.isFinite(entropy) && means.values().stream().allMatch(mean -> Double.isFinite(mean.sum()));
    }

    /** Pairs in a mean: those that have what it is about. */
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
