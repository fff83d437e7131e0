package io.mdpo.lifecycle;

import java.time.Duration;

/** What works from a start to an end in its {@link Lifecycle}, and can be watched meanwhile. */
public interface Service extends AutoCloseable {
    /** Longest wait of {@link #close}. */
    Duration LONGEST_CLOSE = Duration.ofMinutes(1);

    Lifecycle lifecycle();

    /** Works in this thread until it is told to end; throws what it cannot recover from. */
    void run() throws InterruptedException;

    /** Whether the service has its share of the input and works on it. */
    default boolean isReady() {
        return lifecycle().state() == State.RUNNING;
    }

    /** Whether the service can go on; false asks for a restart. */
    default boolean isHealthy() {
        return lifecycle().state() != State.FAILED;
    }

    /**
     * Tells the service to finish what it has in hand, and returns when it has ended. Calling it again does nothing.
     *
     * @throws IllegalStateException it still works after {@link #LONGEST_CLOSE}: what it uses must not be freed
     */
    @Override
    default void close() {
        if (!lifecycle().stop(LONGEST_CLOSE)) {
            throw new IllegalStateException("the service is %s and has not ended within %s"
                    .formatted(lifecycle().state(), LONGEST_CLOSE));
        }
    }
}
