package io.mdpo.ops.imports;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets an import end between two rows when the process gets SIGINT or SIGTERM: what is under way is still acknowledged, and where
 * to go on is still said. The process waits for that as long as a producer may take to give up.
 */
public final class StopSignal implements AutoCloseable {
    private static final Duration GRACE = Duration.ofSeconds(130);

    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread hook = new Thread(this::await, "stop-signal");
    private volatile boolean received;

    private StopSignal() {}

    /** Listens until it is closed. */
    public static StopSignal listen() {
        var signal = new StopSignal();
        Runtime.getRuntime().addShutdownHook(signal.hook);
        return signal;
    }

    /** Whether the process is to end. */
    public boolean isReceived() {
        return received;
    }

    private void await() {
        received = true;
        try {
            var unused = ended.await(GRACE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        ended.countDown();
        if (!received) {
            Runtime.getRuntime().removeShutdownHook(hook);
        }
    }
}
