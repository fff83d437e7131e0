package io.mdpo.scorer.torch;

import io.mdpo.lifecycle.BoundedEnd;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Threads that compute independent pieces of work, each piece on one thread and several pieces at once.
 *
 * <p>Every operator computes on the thread that calls it (see {@link TorchProgram}), and results are handed on in the order
 * of the pieces. So what comes out does not depend on the number of workers.
 */
public final class Workers implements AutoCloseable {
    /** Pieces in hand for each worker: the one it computes, and one that waits for its turn to be handed on. */
    private static final int IN_HAND = 2;

    /** {@link #inOrder} returns when its pieces have ended, so one that is at work here is stuck. */
    private static final Duration ENDS_WITHIN = Duration.ofMinutes(1);

    private final int threads;
    private final long tokensAtOnce;
    private final Semaphore tokens;
    private final ExecutorService executor;

    /**
     * Starts no thread before there is work.
     *
     * @param name of the threads
     * @param threads pieces computed at once
     * @param tokensAtOnce of all pieces that are computed at once; a larger piece is computed alone
     */
    public Workers(String name, int threads, long tokensAtOnce) {
        this.threads = threads;
        this.tokensAtOnce = Math.max(1, Math.min(tokensAtOnce, Integer.MAX_VALUE));
        this.tokens = new Semaphore((int) this.tokensAtOnce, true);
        var number = new AtomicInteger();
        this.executor =
                Executors.newFixedThreadPool(threads, task -> new Thread(task, name + "-" + number.incrementAndGet()));
    }

    /** Pieces that are computed at once. */
    public int threads() {
        return threads;
    }

    /**
     * Computes every piece and hands the results on in order, on the calling thread. At most two results a worker exist at
     * a time. If a piece or {@code sink} fails, no further piece is begun, and the failure is thrown when no worker is at
     * work any more.
     */
    public <P, R> void inOrder(List<P> pieces, Function<P, R> work, Consumer<R> sink) {
        var inHand = new ArrayDeque<CompletableFuture<R>>();
        var abandoned = new AtomicBoolean();
        int next = 0;
        try {
            while (next < pieces.size() || !inHand.isEmpty()) {
                while (next < pieces.size() && inHand.size() < IN_HAND * threads) {
                    var piece = pieces.get(next++);
                    inHand.add(CompletableFuture.supplyAsync(() -> begin(piece, work, abandoned), executor));
                }
                sink.accept(inHand.remove().join());
            }
        } catch (CompletionException e) {
            throw failure(e);
        } finally {
            // What is being computed uses tensors that the caller is about to free.
            abandoned.set(true);
            inHand.forEach(Workers::awaitEnd);
        }
    }

    private static <P, R> R begin(P piece, Function<P, R> work, AtomicBoolean abandoned) {
        if (abandoned.get()) {
            throw new CancellationException();
        }
        return work.apply(piece);
    }

    private static RuntimeException failure(CompletionException wrapped) {
        if (wrapped.getCause() instanceof Error error) {
            throw error;
        }
        return wrapped.getCause() instanceof RuntimeException cause ? cause : wrapped;
    }

    /** The first failure is the one that is thrown, so how these end is of no interest. */
    private static void awaitEnd(CompletableFuture<?> piece) {
        piece.handle((result, failure) -> true).join();
    }

    /** Takes a place among what is computed at once, for as long as {@code work} takes. Called by a piece, and once. */
    public <R> R admitted(long tokens, Supplier<R> work) {
        int permits = (int) Math.max(1, Math.min(tokens, tokensAtOnce));
        this.tokens.acquireUninterruptibly(permits);
        try {
            return work.get();
        } finally {
            this.tokens.release(permits);
        }
    }

    /**
     * Returns when no worker is at work: what they use may be freed after this, and not before.
     *
     * @throws IllegalStateException one is still at work after a minute
     */
    @Override
    public void close() {
        executor.shutdown();
        BoundedEnd.of(executor, ENDS_WITHIN, "a piece of work with the model");
    }
}
