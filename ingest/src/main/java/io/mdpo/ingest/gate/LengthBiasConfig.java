package io.mdpo.ingest.gate;

import static io.mdpo.operator.SettingException.require;

import io.mdpo.gate.GateAction;

/**
 * Settings of the gate for length.
 *
 * @param window pairs of a source, in one partition, over which the share is taken
 * @param maxShare share of chosen answers that are longer, or shorter, from which the gate raises its alarm
 */
public record LengthBiasConfig(GateAction action, int window, double maxShare) {
    public LengthBiasConfig {
        RollingShare.requireWindow(window);
        require(
                maxShare > 0.5 && maxShare <= 1,
                "max-share",
                "is " + maxShare + ": it must lie above 0.5, which is no bias at all, and not above 1");
    }

    public static LengthBiasConfig defaults() {
        return new LengthBiasConfig(GateAction.WATCH, 500, 0.9);
    }
}
