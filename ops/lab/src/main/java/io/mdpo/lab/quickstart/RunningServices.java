package io.mdpo.lab.quickstart;

import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Work that blocks, each on its own thread. If one fails, waiting for any of them fails. */
final class RunningServices {
    private static final long LOOK_EVERY_MILLIS = 200;

    private final Map<String, CountDownLatch> ends = new ConcurrentHashMap<>();
    private final AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();

    /** What a thread does. */
    interface Work {
        void run() throws Exception;
    }

    void start(String name, Work work) {
        var end = new CountDownLatch(1);
        ends.put(name, end);
        var thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (Exception | Error e) {
                        failure.compareAndSet(
                                null, new IllegalStateException("%s failed: %s".formatted(name, e.getMessage()), e));
                    } finally {
                        end.countDown();
                    }
                },
                "mdpo-" + name);
        thread.setDaemon(true);
        thread.start();
    }

    boolean noneFailed() {
        return failure.get() == null;
    }

    /** Waits for the end of one service, calling {@code meanwhile} every now and then. */
    void await(String name, Runnable meanwhile) {
        var end = Objects.requireNonNull(ends.get(name));
        while (!ended(end) && noneFailed()) {
            meanwhile.run();
        }
        meanwhile.run();
        var failed = failure.get();
        if (failed != null) {
            throw failed;
        }
    }

    /** Waits until every thread has ended, failed or not. */
    void awaitAll() {
        for (var end : ends.values()) {
            while (!ended(end)) {
                Thread.onSpinWait();
            }
        }
    }

    private static boolean ended(CountDownLatch end) {
        try {
            return end.await(LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while services were running", e);
        }
    }
}
