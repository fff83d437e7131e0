package io.mdpo.lab.quickstart;

import io.mdpo.ingest.IngestService;
import io.mdpo.lab.demo.Demo;
import io.mdpo.learner.service.LearnerService;
import io.mdpo.learner.service.LearnerStatus;
import io.mdpo.learner.service.StepListener;
import io.mdpo.lifecycle.Lifecycle;
import io.mdpo.lifecycle.ServiceGroup;
import io.mdpo.lifecycle.State;
import io.mdpo.scorer.service.ScorerService;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;

/** Ingest, scorer and learner in this process, each on its own thread. */
final class Pipeline implements AutoCloseable {
    private final LearnerService learner;
    private final ServiceGroup services = new ServiceGroup();

    /**
     * Wires and starts the services.
     *
     * @param pairs the learner ends when so many of the run were read
     */
    Pipeline(
            Map<String, String> kafka,
            Path state,
            DemoSettings settings,
            MeterRegistry registry,
            long pairs,
            StepListener listener) {
        learner = LearnerService.opening(settings.learner(kafka, Demo.model()), registry, listener);
        services.start("ingest", new IngestService(settings.ingest(kafka, state), registry));
        services.start("scorer", ScorerService.opening(settings.scorer(kafka, Demo.model()), registry));
        services.start("learner", learner, () -> learner.runUntil(pairs));
    }

    /** Runs other work beside the services; if it fails, {@link #await} fails. */
    void start(String name, Lifecycle.Work<?> work) {
        services.start(name, work);
    }

    /** Waits for the learner's end; throws if any service fails. */
    LearnerStatus await(Consumer<LearnerStatus> meanwhile) {
        try {
            services.await("learner", () -> meanwhile.accept(learner.status()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while services were running", e);
        }
        return learner.status();
    }

    State state() {
        return services.state();
    }

    /** Stops in the order of the data; each frees its model. */
    @Override
    public void close() {
        services.close();
    }
}
