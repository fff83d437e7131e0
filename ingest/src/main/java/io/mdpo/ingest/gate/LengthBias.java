package io.mdpo.ingest.gate;

import io.mdpo.gate.Finding;
import io.mdpo.gate.Gate;
import io.mdpo.gate.GateMetrics;
import io.mdpo.schemas.PairKind;
import io.mdpo.schemas.avro.PreferencePair;
import java.util.Optional;

/**
 * Tells how often the longer answer is the chosen one. A learner that gets such pairs learns to write long, or short, answers:
 * length is easier to learn than content. Of a source under alarm it objects to the pairs that make it so.
 */
final class LengthBias {
    private final Shares shares;
    private final LengthBiasConfig config;
    private final GateMetrics metrics;
    private final Object owner;

    LengthBias(Shares shares, LengthBiasConfig config, GateMetrics metrics, Object owner) {
        this.shares = shares;
        this.config = config;
        this.metrics = metrics;
        this.owner = owner;
    }

    Optional<Finding> inspect(PreferencePair pair) {
        int difference = length(pair.getChosen()) - length(pair.getRejected());
        if (difference == 0 || PairKind.of(pair).filter(PairKind.PAIR::equals).isEmpty()) {
            return Optional.empty();
        }
        boolean longer = difference > 0;
        var account = shares.account(Gate.LENGTH_BIAS, pair.getSource());
        var share = shares.add(Gate.LENGTH_BIAS, account, longer, config.window());
        double often = longer ? share.share() : 1 - share.share();
        double worst = Math.max(share.share(), 1 - share.share());
        boolean alarm = share.isFull() && worst >= config.maxShare();
        metrics.level(
                Gate.LENGTH_BIAS,
                account,
                owner,
                share.isFull() ? (worst - 0.5) / (config.maxShare() - 0.5) : 0,
                alarm);
        return alarm && often == worst
                ? Optional.of(new Finding(
                        Gate.LENGTH_BIAS,
                        "the chosen answer is the %s one in %.0f %% of the last %d pairs of source %s that differ in length"
                                .formatted(longer ? "longer" : "shorter", 100 * worst, config.window(), account)))
                : Optional.empty();
    }

    private static int length(String text) {
        return text.codePointCount(0, text.length());
    }
}
