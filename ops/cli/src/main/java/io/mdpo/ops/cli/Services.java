package io.mdpo.ops.cli;

import io.mdpo.ingest.IngestConfig;
import io.mdpo.ingest.IngestService;
import io.mdpo.learner.service.LearnerConfig;
import io.mdpo.learner.service.LearnerService;
import io.mdpo.ops.service.Service;
import io.mdpo.ops.service.ServiceKind;
import io.mdpo.scorer.service.ModelReferenceScorer;
import io.mdpo.scorer.service.ScorerConfig;
import io.mdpo.scorer.service.ScorerService;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;

/** Every service that the command line starts: add one here, and it has its subcommand and its section. */
final class Services {
    static final List<ServiceKind<?>> ALL = List.of(
            new ServiceKind<>(
                    "ingest",
                    "Validates and de-duplicates raw pairs; writes dead letters with a reason.",
                    IngestConfig.class,
                    IngestConfig::kafka,
                    Services::ingest),
            new ServiceKind<>(
                    "scorer",
                    "Computes reference log-probabilities of pairs, exactly once.",
                    ScorerConfig.class,
                    ScorerConfig::kafka,
                    Services::scorer),
            new ServiceKind<>(
                    "learner",
                    "Applies mDPO updates to a LoRA adapter; publishes checkpoints and metrics.",
                    LearnerConfig.class,
                    LearnerConfig::kafka,
                    Services::learner));

    private Services() {}

    private static Service ingest(IngestConfig config, MeterRegistry registry) {
        var service = new IngestService(config, registry);
        return Service.of(service::run, service::isReady, service::isHealthy, service::close);
    }

    private static Service scorer(ScorerConfig config, MeterRegistry registry) {
        var reference = ModelReferenceScorer.open(config);
        var service = new ScorerService(config, reference, registry);
        return Service.of(
                () -> {
                    try (reference) {
                        service.run();
                    }
                },
                service::isReady,
                service::isHealthy,
                service::close);
    }

    private static Service learner(LearnerConfig config, MeterRegistry registry) {
        var trainer = config.openTrainer();
        var service = new LearnerService(config, trainer, registry);
        return Service.of(
                () -> {
                    try (trainer) {
                        service.run();
                    }
                },
                service::isReady,
                service::isHealthy,
                service::close);
    }
}
