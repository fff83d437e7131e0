package io.mdpo.ops.service;

import io.mdpo.lifecycle.Service;
import io.mdpo.lifecycle.State;
import io.mdpo.ops.broker.BrokerLogin;
import io.mdpo.ops.http.HttpConfig;
import io.mdpo.ops.http.ServiceEndpoints;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one service in this process: metrics, endpoints, and an end on SIGTERM and SIGINT. The endpoints come first, so that
 * a probe is answered while a model is loaded, and a port in use ends the process before anything is.
 */
public final class ServiceRunner {
    private static final Logger LOG = LoggerFactory.getLogger(ServiceRunner.class);

    private ServiceRunner() {}

    /** Blocks until the service ends. What the service throws is thrown on, after everything is closed. */
    public static <C extends Record> void run(ServiceKind<C> kind, C config, HttpConfig http, ServiceConfig process)
            throws InterruptedException {
        var registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        try (var gc = new JvmGcMetrics()) {
            registry.config().commonTags("service", kind.name());
            gc.bindTo(registry);
            new JvmMemoryMetrics().bindTo(registry);
            new JvmThreadMetrics().bindTo(registry);
            new ProcessorMetrics().bindTo(registry);
            var service = kind.factory().apply(config, registry);
            // Around the endpoints too, so that a signal waits until everything is closed.
            EndOnSignal.during(service, process.grace(), () -> {
                serve(
                        kind.name(),
                        service,
                        http,
                        registry,
                        () -> BrokerLogin.check(kind.kafka().apply(config)));
                LOG.atInfo().addKeyValue("service", kind.name()).log("stopped");
            });
        }
    }

    private static void serve(
            String name, Service service, HttpConfig http, PrometheusMeterRegistry registry, Runnable login)
            throws InterruptedException {
        try (service;
                var endpoints = ServiceEndpoints.start(http, registry, () -> stateOf(service))) {
            LOG.atInfo()
                    .addKeyValue("service", name)
                    .addKeyValue("endpoints", endpoints.address())
                    .log("starting");
            login.run();
            service.run();
        }
    }

    /** For probes the login belongs to the start. */
    private static State stateOf(Service service) {
        var state = service.lifecycle().state();
        return state == State.NEW ? State.STARTING : state;
    }
}
