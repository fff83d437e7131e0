package io.mdpo.it;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;

/** Runs a service's blocking {@code run} on a thread of its own. */
final class Background {
    private Background() {}

    /** Completes when the work returns, and exceptionally with what it throws. */
    static CompletableFuture<Void> start(Runnable work) {
        var executor = Executors.newSingleThreadExecutor(task -> {
            var thread = new Thread(task, "service");
            thread.setDaemon(true);
            return thread;
        });
        var done = CompletableFuture.runAsync(work, executor);
        executor.shutdown();
        return done;
    }
}
