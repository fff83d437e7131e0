package io.mdpo.ops.gateway.log;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Where requests wait for the next transaction, in the order in which they came. How many bytes may wait is decided by whoever
 * lets them in. Requests come from many threads; one thread takes them.
 */
public final class Intake implements EventSink {
    /** Values of one transaction, in bytes; the first request goes whatever its size. */
    private static final long TRANSACTION_BYTES = 32L << 20;

    private static final String AWAY = "the broker does not take records at the moment: send the same request again";

    private final LinkedBlockingQueue<Request> waiting = new LinkedBlockingQueue<>();
    private boolean open; // guarded by this

    /** Events that are committed together or not at all, and who waits for them. */
    record Request(List<Event> events, CompletableFuture<Receipt> receipt) {
        long size() {
            return events.stream().mapToLong(Event::size).sum();
        }

        void fail() {
            receipt.completeExceptionally(new UnavailableException(AWAY));
        }
    }

    /** A receipt that is completed from outside, because nobody waits any longer, gives its events up if they still wait. */
    @Override
    public synchronized CompletableFuture<Receipt> offer(List<Event> events) {
        var request = new Request(List.copyOf(events), new CompletableFuture<>());
        if (open) {
            waiting.add(request);
        } else {
            request.fail();
        }
        return request.receipt();
    }

    synchronized void open() {
        open = true;
    }

    /** Takes no more. */
    synchronized void close() {
        open = false;
    }

    /** The requests of the next transaction, without those that were given up; empty if none has come in time. */
    List<Request> take(Duration patience) throws InterruptedException {
        var batch = new ArrayList<Request>();
        var next = waiting.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
        long bytes = 0;
        while (next != null) {
            if (!next.receipt().isDone()) {
                batch.add(next);
                bytes += next.size();
            }
            var after = waiting.peek();
            next = after == null || bytes + after.size() > TRANSACTION_BYTES ? null : waiting.poll();
        }
        return batch;
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** Answers everybody who still waits. */
    void failAll() {
        for (var request = waiting.poll(); request != null; request = waiting.poll()) {
            request.fail();
        }
    }
}
