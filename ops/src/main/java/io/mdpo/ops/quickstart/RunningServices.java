package io.mdpo.ops.quickstart;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/** The services of this process, each on its own thread. If one fails, waiting for any of them fails. */
final class RunningServices {
    private static final long LOOK_EVERY_MILLIS = 200;

    private final Map<String, Running> running = new LinkedHashMap<>();

    private record Running(CompletableFuture<Void> end, BooleanSupplier healthy, BooleanSupplier ready) {}

    /** A service's work, which blocks. */
    interface Work {
        void run() throws Exception;
    }

    synchronized void start(String name, Work work, BooleanSupplier healthy, BooleanSupplier ready) {
        var end = new CompletableFuture<Void>();
        Callable<Void> task = () -> {
            work.run();
            return null;
        };
        var thread = new Thread(
                () -> {
                    try {
                        end.complete(task.call());
                    } catch (Exception | Error e) {
                        end.completeExceptionally(e);
                    }
                },
                "mdpo-" + name);
        thread.setDaemon(true);
        thread.start();
        running.put(name, new Running(end, healthy, ready));
    }

    synchronized boolean allHealthy() {
        return running.values().stream()
                .allMatch(service -> service.healthy().getAsBoolean() && !service.end().isCompletedExceptionally());
    }

    synchronized boolean allReady() {
        return running.values().stream().allMatch(service -> service.ready().getAsBoolean());
    }

    /** Waits for the end of one service, calling {@code meanwhile} every now and then. */
    void await(String name, Runnable meanwhile) {
        var awaited = Objects.requireNonNull(running.get(name)).end();
        while (true) {
            failed();
            try {
                awaited.get(LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS);
                meanwhile.run();
                return;
            } catch (TimeoutException e) {
                meanwhile.run();
            } catch (ExecutionException e) {
                throw new IllegalStateException(name + " failed", e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", e);
            }
        }
    }

    private synchronized void failed() {
        running.forEach((name, service) -> {
            if (service.end().isCompletedExceptionally()) {
                throw new IllegalStateException(
                        name + " failed: " + service.end().exceptionNow().getMessage(),
                        service.end().exceptionNow());
            }
        });
    }
}
