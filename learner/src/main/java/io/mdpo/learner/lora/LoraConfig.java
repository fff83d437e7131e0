package io.mdpo.learner.lora;

import static io.mdpo.operator.SettingException.require;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;

/**
 * Low-rank adaptation (Hu et al. 2021).
 *
 * @param rank inner dimension r
 * @param alpha the update is scaled by alpha / rank
 * @param targets last part of the names of the linear layers to adapt, such as {@code q_proj}; empty adapts every linear
 *     layer of the language model except the head
 */
@RecordBuilder
public record LoraConfig(int rank, double alpha, List<String> targets) implements LoraConfigBuilder.With {
    public LoraConfig {
        targets = List.copyOf(targets);
        require(rank > 0, "rank", "= " + rank + "; it is 1 or more");
        require(alpha > 0, "alpha", "= " + alpha + "; it is above 0");
    }

    public static LoraConfig defaults() {
        return new LoraConfig(16, 16, List.of());
    }

    double scale() {
        return alpha / rank;
    }
}
