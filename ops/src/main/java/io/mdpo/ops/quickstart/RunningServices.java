package io.mdpo.ops.quickstart;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The services of this process, each on its own thread. If one fails, waiting for any of them fails. */
final class RunningServices {
    private static final long LOOK_EVERY_MILLIS = 200;

    private final Map<String, Running> running = new LinkedHashMap<>();
    private final AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();

    private record Running(CompletableFuture<Void> end, BooleanSupplier healthy, BooleanSupplier ready) {}

    /** A service's work, which blocks. */
    interface Work {
        void run() throws Exception;
    }

    synchronized void start(String name, Work work, BooleanSupplier healthy, BooleanSupplier ready) {
        var end = new CompletableFuture<Void>();
        var thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (Exception | Error e) {
                        failure.compareAndSet(
                                null, new IllegalStateException("%s failed: %s".formatted(name, e.getMessage()), e));
                    } finally {
                        end.complete(null);
                    }
                },
                "mdpo-" + name);
        thread.setDaemon(true);
        thread.start();
        running.put(name, new Running(end, healthy, ready));
    }

    synchronized boolean allHealthy() {
        return running.values().stream()
                .allMatch(service ->
                        service.healthy().getAsBoolean() && !service.end().isCompletedExceptionally());
    }

    synchronized boolean allReady() {
        return running.values().stream().allMatch(service -> service.ready().getAsBoolean());
    }

    /** Waits for the end of one service, calling {@code meanwhile} every now and then. */
    void await(String name, Runnable meanwhile) {
        var awaited = Objects.requireNonNull(running.get(name)).end();
        while (!awaited.isDone() && failure.get() == null) {
            try {
                awaited.get(LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                meanwhile.run();
            } catch (ExecutionException | InterruptedException e) {
                throw new IllegalStateException("waiting for " + name + " was interrupted", e);
            }
        }
        meanwhile.run();
        var failed = failure.get();
        if (failed != null) {
            throw failed;
        }
    }
}
