package io.mdpo.lab.pretrain;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.LongFunction;
import java.util.function.Supplier;

/** Makes the next batches on another thread, in order, while the current one is learned. */
final class Prefetch<T> implements Supplier<T>, AutoCloseable {
    private static final int AHEAD = 4;

    private final ExecutorService executor = Executors.newSingleThreadExecutor();
    private final BlockingQueue<CompletableFuture<T>> ready = new ArrayBlockingQueue<>(AHEAD);
    private final LongFunction<T> source;
    private long next;

    Prefetch(LongFunction<T> source) {
        this.source = source;
        for (int i = 0; i < AHEAD; i++) {
            request();
        }
    }

    private void request() {
        long index = next++;
        ready.add(CompletableFuture.supplyAsync(() -> source.apply(index), executor));
    }

    @Override
    public T get() {
        var batch = ready.remove().join();
        request();
        return batch;
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
