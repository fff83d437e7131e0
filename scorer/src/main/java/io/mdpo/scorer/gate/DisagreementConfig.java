package io.mdpo.scorer.gate;

import static io.mdpo.operator.SettingException.require;

import io.mdpo.gate.GateAction;
import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * Settings of the gate that compares labels with the reference model.
 *
 * @param margin a label counts where the reference prefers one answer by more than this, in nats a token
 * @param flippedShare share of reversed labels that the gate is made to notice, from 0 to 0.5
 * @param baseline pairs of a source, in one partition, from which the gate learns what is usual
 * @param runLength pairs between two false alarms of a source, at least and in the mean
 */
@RecordBuilder
public record DisagreementConfig(GateAction action, double margin, double flippedShare, int baseline, long runLength)
        implements DisagreementConfigBuilder.With {
    private static final int SHORTEST_BASELINE = 50;

    public DisagreementConfig {
        require(margin >= 0, "margin", "is " + margin + ": it must not be negative");
        require(
                flippedShare > 0 && flippedShare <= 0.5,
                "flipped-share",
                "is " + flippedShare + ": it must lie above 0 and not above 0.5, beyond which labels say the opposite");
        require(
                baseline >= SHORTEST_BASELINE,
                "baseline",
                "is " + baseline + ": of fewer than " + SHORTEST_BASELINE + " pairs nobody can tell what is usual");
        require(runLength >= 1_000, "run-length", "is " + runLength + ": it must be at least 1000 pairs");
    }

    /** Chosen on the bundled scenes, see {@code ops/docs/decisions/gates.md}. */
    public static DisagreementConfig defaults() {
        return new DisagreementConfig(GateAction.WATCH, 0.5, 0.2, 1_000, 100_000);
    }

    /** The evidence that raises the alarm, in nats: a CUSUM with this limit has that mean run length at least (Lorden). */
    double limit() {
        return Math.log((double) runLength);
    }
}
