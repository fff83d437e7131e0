package io.mdpo.lab.quickstart;

import io.mdpo.ingest.IngestService;
import io.mdpo.lab.demo.Demo;
import io.mdpo.learner.service.LearnerService;
import io.mdpo.learner.service.LearnerStatus;
import io.mdpo.learner.service.StepListener;
import io.mdpo.learner.training.PolicyTrainer;
import io.mdpo.scorer.service.ModelReferenceScorer;
import io.mdpo.scorer.service.ScorerService;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;

/** Ingest, scorer and learner in this process, each on its own thread. */
final class Pipeline implements AutoCloseable {
    private final ModelReferenceScorer reference;
    private final PolicyTrainer trainer;
    private final IngestService ingest;
    private final ScorerService scorer;
    private final LearnerService learner;
    private final RunningServices services = new RunningServices();

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
        var scorerConfig = settings.scorer(kafka, Demo.model());
        var learnerConfig = settings.learner(kafka, Demo.model());
        reference = ModelReferenceScorer.open(scorerConfig);
        trainer = learnerConfig.openTrainer();
        ingest = new IngestService(settings.ingest(kafka, state), registry);
        scorer = new ScorerService(scorerConfig, reference, registry);
        learner = new LearnerService(learnerConfig, trainer, registry, listener);
        services.start("ingest", ingest::run);
        services.start("scorer", scorer::run);
        services.start("learner", () -> learner.runUntil(pairs));
    }

    /** Runs other work beside the services; if it fails, {@link #await} fails. */
    void start(String name, RunningServices.Work work) {
        services.start(name, work);
    }

    /** Waits for the learner's end; throws if any service fails. */
    LearnerStatus await(Consumer<LearnerStatus> meanwhile) {
        services.await("learner", () -> meanwhile.accept(learner.status()));
        return learner.status();
    }

    boolean isReady() {
        return ingest.isReady() && scorer.isReady() && learner.isReady();
    }

    boolean isHealthy() {
        return ingest.isHealthy() && scorer.isHealthy() && learner.isHealthy() && services.noneFailed();
    }

    /** Stops in the order of the data, and frees the models when nothing uses them any more. */
    @Override
    public void close() {
        ingest.close();
        scorer.close();
        learner.close();
        services.awaitAll();
        reference.close();
        trainer.close();
    }
}
