package io.mdpo.ops.service;

import static io.mdpo.operator.SettingException.require;

import java.time.Duration;

/**
 * How a service's process ends.
 *
 * @param grace longest time from a signal to the end of the process; shorter than the orchestrator's, which kills
 */
public record ServiceConfig(Duration grace) {
    public ServiceConfig {
        require(!grace.isNegative(), "grace", "is " + grace + "; it is 0s or more");
    }

    /** 25 s; an orchestrator kills after 30 s by default. */
    public static ServiceConfig defaults() {
        return new ServiceConfig(Duration.ofSeconds(25));
    }
}
