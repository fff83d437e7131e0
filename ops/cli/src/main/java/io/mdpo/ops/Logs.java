package io.mdpo.ops;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.slf4j.LoggerFactory;

/** What this process logs. */
public final class Logs {
    private Logs() {}

    /** For commands whose progress line and table tell the story. */
    public static void warningsOnly() {
        ((Logger) LoggerFactory.getLogger("io.mdpo")).setLevel(Level.WARN);
    }
}
