package io.mdpo.kafka;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The life of a service that one thread runs and that others watch and end. Safe for use by several threads. */
public final class Lifecycle {
    private final AtomicReference<@Nullable Thread> runner = new AtomicReference<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean closing;
    private volatile boolean ready;
    private volatile boolean failed;

    /**
     * Runs the service in this thread.
     *
     * @param service looks at {@link #isClosing} and tells {@link #setReady}
     * @throws IllegalStateException it has run before
     */
    public void run(Runnable service) {
        if (!runner.compareAndSet(null, Thread.currentThread())) {
            throw new IllegalStateException("a service runs once; make a new one");
        }
        try {
            service.run();
        } catch (RuntimeException | Error e) {
            failed = true;
            throw e;
        } finally {
            ready = false;
            ended.countDown();
        }
    }

    /** Whether the service is to finish what it has in hand and end. */
    public boolean isClosing() {
        return closing;
    }

    public void setReady(boolean ready) {
        this.ready = ready;
    }

    /** What the service said last; false before and after its run. */
    public boolean isReady() {
        return ready;
    }

    /** False after the run has ended with an exception. */
    public boolean isHealthy() {
        return !failed;
    }

    /** Tells the service to end, and returns when it has; at once where it did not run, or where it calls itself. */
    public void close() {
        closing = true;
        var thread = runner.get();
        if (thread == null || thread == Thread.currentThread()) {
            return;
        }
        try {
            ended.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
