package io.mdpo.it;

import io.mdpo.lifecycle.Lifecycle.Work;
import io.mdpo.lifecycle.ServiceGroup;
import java.util.concurrent.CompletableFuture;

/** Runs a service's blocking {@code run} on a thread of its own. */
final class Background {
    private Background() {}

    /** Completes when the work returns, and exceptionally with what it throws. */
    static CompletableFuture<Void> start(Work<?> work) {
        return ServiceGroup.inThread("service", work);
    }
}
