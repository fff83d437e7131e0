package io.mdpo.ops.service;

import io.mdpo.ops.broker.BrokerLogin;
import io.mdpo.ops.http.HttpConfig;
import io.mdpo.ops.http.ServiceEndpoints;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs one service in this process: metrics, endpoints, and an orderly end on SIGTERM and SIGINT. */
public final class ServiceRunner {
    private static final Logger LOG = LoggerFactory.getLogger(ServiceRunner.class);

    /** Longest wait of a signal for the end of the work in hand; an orchestrator kills after 30 s by default. */
    private static final Duration GRACE = Duration.ofSeconds(25);

    private ServiceRunner() {}

    /** Blocks until the service ends. What the service throws is thrown on, after everything is closed. */
    public static <C extends Record> void run(ServiceKind<C> kind, C config, HttpConfig http)
            throws InterruptedException {
        BrokerLogin.check(kind.kafka().apply(config));
        var registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        try (var gc = new JvmGcMetrics()) {
            registry.config().commonTags("service", kind.name());
            gc.bindTo(registry);
            new JvmMemoryMetrics().bindTo(registry);
            new JvmThreadMetrics().bindTo(registry);
            new ProcessorMetrics().bindTo(registry);
            try (var service = kind.factory().apply(config, registry);
                    var endpoints = ServiceEndpoints.start(http, registry, service::isHealthy, service::isReady)) {
                LOG.atInfo()
                        .addKeyValue("service", kind.name())
                        .addKeyValue("endpoints", endpoints.address())
                        .log("started");
                runUntilSignal(service);
            }
        }
        LOG.atInfo().addKeyValue("service", kind.name()).log("stopped");
    }

    private static void runUntilSignal(Service service) throws InterruptedException {
        var finished = new CountDownLatch(1);
        var onSignal = new Thread(
                () -> {
                    service.close();
                    await(finished);
                },
                "shutdown");
        Runtime.getRuntime().addShutdownHook(onSignal);
        try {
            service.run();
        } finally {
            finished.countDown();
            removeHook(onSignal);
        }
    }

    private static void await(CountDownLatch finished) {
        try {
            if (!finished.await(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("the service did not stop within {} s; what it had in hand is done again", GRACE.toSeconds());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void removeHook(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            LOG.debug("stopping on a signal");
        }
    }
}
