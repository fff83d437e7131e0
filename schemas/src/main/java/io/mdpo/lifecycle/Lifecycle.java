package io.mdpo.lifecycle;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The life of a service: one thread runs it, once, and others watch and end it. The states and the ways between them are
 * those of {@link State}. Safe for use by several threads.
 */
public final class Lifecycle {
    private final CountDownLatch told = new CountDownLatch(1);
    private final CountDownLatch started = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private State state = State.NEW; // guarded by this
    private boolean hadShare; // guarded by this
    private @Nullable Thread runner; // guarded by this

    /** What a service does between its start and its end; looks at {@link #isStopping} and tells {@link #working}. */
    @FunctionalInterface
    public interface Work<E extends Exception> {
        void run() throws E;
    }

    /**
     * Runs the service in this thread; a service that was stopped before does nothing.
     *
     * @throws IllegalStateException it has run before
     */
    public <E extends Exception> void run(Work<E> work) throws E {
        if (!begin()) {
            return;
        }
        try {
            work.run();
        } catch (Throwable e) {
            become(State.FAILED);
            throw e;
        }
        stop();
        become(State.STOPPED);
    }

    private synchronized boolean begin() {
        if (state == State.STOPPED && runner == null) {
            return false;
        }
        if (state != State.NEW) {
            throw new IllegalStateException("a service runs once, and this one is " + state + "; make a new one");
        }
        runner = Thread.currentThread();
        become(State.STARTING);
        return true;
    }

    /**
     * Says whether the service has its share of the input. The first time that it has ends the start; a service that
     * was told to stop stays so.
     */
    public synchronized void working(boolean working) {
        var next = working ? State.RUNNING : State.WAITING;
        if (state != next && state.mayBecome(next)) {
            become(next);
        }
    }

    /** Tells the service to finish what it has in hand and end; returns at once. */
    public synchronized void stop() {
        if (state == State.NEW) {
            become(State.STOPPED);
        } else if (state.mayBecome(State.STOPPING)) {
            become(State.STOPPING);
        }
    }

    /**
     * Tells the service to end and waits until it has.
     *
     * @param bound longest wait
     * @return whether it has ended; true as well where the service itself calls this, which cannot wait for its own end
     */
    public boolean stop(Duration bound) {
        stop();
        return isRunner() || await(ended, bound);
    }

    private synchronized boolean isRunner() {
        return Thread.currentThread().equals(runner);
    }

    /** Whether the service was told to end. */
    public boolean isStopping() {
        return told.getCount() == 0;
    }

    /** For a service whose work goes on in other threads: waits until it is told to end. */
    public void awaitStop() throws InterruptedException {
        told.await();
    }

    /**
     * For a service that tries again after a while: waits until it is told to end, but not for longer than that.
     *
     * @return whether it was told
     */
    public boolean awaitStop(Duration bound) throws InterruptedException {
        return told.await(bound.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * Waits until the service has had its share of the input, or has ended.
     *
     * @param bound longest wait
     * @return whether it has had it
     */
    public boolean awaitStarted(Duration bound) {
        return await(started, bound) && hadShare();
    }

    private synchronized boolean hadShare() {
        return hadShare;
    }

    public synchronized State state() {
        return state;
    }

    private synchronized void become(State next) {
        if (!state.mayBecome(next)) {
            throw new IllegalStateException("a service that is %s cannot become %s".formatted(state, next));
        }
        state = next;
        hadShare |= next == State.RUNNING;
        if (next == State.RUNNING || next.isEnd()) {
            started.countDown();
        }
        if (next == State.STOPPING || next.isEnd()) {
            told.countDown();
        }
        if (next.isEnd()) {
            ended.countDown();
        }
    }

    private static boolean await(CountDownLatch latch, Duration bound) {
        try {
            return latch.await(bound.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
