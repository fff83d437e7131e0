package io.mdpo.learner.service;

import static io.mdpo.learner.service.Settings.require;
import static io.mdpo.learner.service.Settings.requirePositive;

import java.util.List;

/**
 * The low-rank adapter.
 *
 * @param rank inner dimension r of each pair of matrices
 * @param alpha numerator of the scale {@code alpha / rank}
 * @param targets names of the language model's linear layers that carry an adapter
 */
public record LoraConfig(int rank, double alpha, List<String> targets) {
    public LoraConfig {
        targets = List.copyOf(targets);
        require(rank > 0, "lora.rank is " + rank + "; it has to be at least 1");
        requirePositive("lora.alpha", alpha);
        require(!targets.isEmpty(), "lora.targets is empty; name at least one linear layer, for example q_proj");
    }

    public static LoraConfig defaults() {
        return new LoraConfig(
                16, 16, List.of("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"));
    }
}
