package io.mdpo.ops.service;

import io.mdpo.lifecycle.Lifecycle.Work;
import io.mdpo.lifecycle.Service;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a service on SIGTERM and SIGINT. It may finish what it has in hand; when the grace that began with the signal is
 * over, the process ends as it is. Nothing is lost then, because nothing of it was committed.
 */
final class EndOnSignal {
    /** 128 and the number of SIGTERM, which is what the JVM returns for an end in time as well. */
    static final int EXIT_CODE = 143;

    private static final Logger LOG = LoggerFactory.getLogger(EndOnSignal.class);

    private final Service service;
    private final Duration grace;
    private final CountDownLatch finished = new CountDownLatch(1);
    private final Thread hook = new Thread(this::end, "shutdown");

    private EndOnSignal(Service service, Duration grace) {
        this.service = service;
        this.grace = grace;
    }

    /** Runs the work, in which the service lives; a signal meanwhile ends the service. */
    static <E extends Exception> void during(Service service, Duration grace, Work<E> work) throws E {
        var ending = new EndOnSignal(service, grace);
        Runtime.getRuntime().addShutdownHook(ending.hook);
        try {
            work.run();
        } finally {
            ending.finish();
        }
    }

    private void end() {
        service.lifecycle().stop();
        try {
            if (finished.await(grace.toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        LOG.warn("the service did not stop within {} s; what it had in hand is done again", grace.toMillis() / 1000.0);
        Runtime.getRuntime().halt(EXIT_CODE);
    }

    private void finish() {
        finished.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            LOG.debug("ending on a signal");
        }
    }
}
