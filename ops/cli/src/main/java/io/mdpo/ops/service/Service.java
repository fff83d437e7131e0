package io.mdpo.ops.service;

import java.util.function.BooleanSupplier;

/** A service of the pipeline as the process sees it. */
public interface Service extends AutoCloseable {
    /** Works until {@link #close} is called from another thread; throws what it cannot recover from. */
    void run() throws InterruptedException;

    /** Whether the service has its share of the input and works on it. */
    boolean isReady();

    /** Whether the service can go on; false asks for a restart. */
    boolean isHealthy();

    /** Stops in order. Calling it again does nothing. */
    @Override
    void close();

    /** Work that may wait. */
    interface Work {
        void run() throws InterruptedException;
    }

    /** A service made of the four methods that the services have in common. */
    static Service of(Work work, BooleanSupplier ready, BooleanSupplier healthy, Runnable close) {
        return new Service() {
            @Override
            public void run() throws InterruptedException {
                work.run();
            }

            @Override
            public boolean isReady() {
                return ready.getAsBoolean();
            }

            @Override
            public boolean isHealthy() {
                return healthy.getAsBoolean();
            }

            @Override
            public void close() {
                close.run();
            }
        };
    }
}
