package io.mdpo.it;

import java.util.concurrent.CompletableFuture;

/** Runs a service's blocking {@code run} on a thread of its own. */
final class Background {
    private Background() {}

    /** What a thread does. */
    interface Work {
        void run() throws Exception;
    }

    /** Completes when the work returns, and exceptionally with what it throws. */
    static CompletableFuture<Void> start(Work work) {
        var done = new CompletableFuture<Void>();
        var thread = new Thread(
                () -> {
                    try {
                        work.run();
                        done.complete(null);
                    } catch (Exception | Error e) {
                        done.completeExceptionally(e);
                    }
                },
                "service");
        thread.setDaemon(true);
        thread.start();
        return done;
    }
}
