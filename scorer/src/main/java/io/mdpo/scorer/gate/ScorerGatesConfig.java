package io.mdpo.scorer.gate;

/**
 * The gates of the scorer.
 *
 * @param disagreement labels against the order of the reference model
 */
public record ScorerGatesConfig(DisagreementConfig disagreement) {
    public static ScorerGatesConfig defaults() {
        return new ScorerGatesConfig(DisagreementConfig.defaults());
    }
}
