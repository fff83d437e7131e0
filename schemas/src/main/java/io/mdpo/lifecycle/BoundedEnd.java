package io.mdpo.lifecycle;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Waits for the end of work in other threads, and for no longer than a bound. What the work stands on is freed after it, and
 * freed under it, it would crash the process; so where the bound is passed an exception keeps the caller from that.
 *
 * <p>A thread that is interrupted meanwhile waits on, and is interrupted afterwards.
 */
public final class BoundedEnd {
    private BoundedEnd() {}

    private interface Wait {
        /** Returns whether the end has come; may return early. */
        boolean until(long nanos) throws InterruptedException;
    }

    /**
     * Returns when no task of an executor that was shut down is at work.
     *
     * @param work what the tasks do, for the message
     * @throws IllegalStateException a task is still at work after {@code bound}
     */
    public static void of(ExecutorService executor, Duration bound, String work) {
        if (!isEndedWithin(bound, nanos -> executor.awaitTermination(nanos, TimeUnit.NANOSECONDS))) {
            throw new IllegalStateException(message(bound, work));
        }
    }

    /**
     * Runs what ends the work, on a daemon thread, and returns when it has.
     *
     * @param work what is ended, for the message
     * @throws IllegalStateException {@code stop} has not returned after {@code bound}; the cause's stack is where it stands
     */
    public static void of(Runnable stop, Duration bound, String work) {
        var end = new FutureTask<>(stop, true);
        var thread = new Thread(end, "mdpo-end");
        thread.setDaemon(true);
        thread.start();
        if (!isEndedWithin(bound, nanos -> isDone(end, nanos))) {
            var where = new IllegalStateException("where it stands");
            where.setStackTrace(thread.getStackTrace());
            throw new IllegalStateException(message(bound, work), where);
        }
    }

    private static boolean isDone(Future<?> end, long nanos) throws InterruptedException {
        try {
            end.get(nanos, TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException("the end failed: " + e.getCause(), e.getCause());
        }
    }

    private static String message(Duration bound, String work) {
        return "%s has not ended within %d s, and what it uses stays: the process has to end"
                .formatted(work, bound.toSeconds());
    }

    private static boolean isEndedWithin(Duration bound, Wait wait) {
        boolean interrupted = false;
        long start = System.nanoTime();
        try {
            while (true) {
                try {
                    return wait.until(Math.max(0, bound.toNanos() - (System.nanoTime() - start)));
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
