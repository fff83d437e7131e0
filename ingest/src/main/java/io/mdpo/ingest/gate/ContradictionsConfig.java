package io.mdpo.ingest.gate;

import static io.mdpo.operator.SettingException.require;

import io.mdpo.gate.GateAction;
import java.time.Duration;

/**
 * Settings of the gate for contradictions.
 *
 * @param window how long a preference is remembered, in event time
 */
public record ContradictionsConfig(GateAction action, Duration window) {
    public ContradictionsConfig {
        require(window.toMillis() > 0, "window", "is " + window + ": it must be at least one millisecond");
    }

    public static ContradictionsConfig defaults() {
        return new ContradictionsConfig(GateAction.WATCH, Duration.ofDays(7));
    }
}
