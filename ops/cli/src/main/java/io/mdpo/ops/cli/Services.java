package io.mdpo.ops.cli;

import io.mdpo.ingest.IngestConfig;
import io.mdpo.ingest.IngestService;
import io.mdpo.ingest.pairing.PairingConfig;
import io.mdpo.ingest.pairing.PairingService;
import io.mdpo.learner.service.LearnerConfig;
import io.mdpo.learner.service.LearnerService;
import io.mdpo.ops.gateway.GatewayConfig;
import io.mdpo.ops.gateway.GatewayService;
import io.mdpo.ops.service.ServiceKind;
import io.mdpo.scorer.service.ScorerConfig;
import io.mdpo.scorer.service.ScorerService;
import java.util.List;

/** Every service that the command line starts: add one here, and it has its subcommand and its section. */
final class Services {
    static final List<ServiceKind<?>> ALL = List.of(
            new ServiceKind<>(
                    "gateway",
                    "Takes interactions and feedback over HTTP and acknowledges them once they are committed.",
                    GatewayConfig.class,
                    GatewayConfig::kafka,
                    GatewayService::new),
            new ServiceKind<>(
                    "ingest",
                    "Validates and de-duplicates raw pairs; writes dead letters with a reason.",
                    IngestConfig.class,
                    IngestConfig::kafka,
                    IngestService::new),
            new ServiceKind<>(
                    "pairing",
                    "Joins feedback to interactions and makes preference pairs; says where each feedback ended.",
                    PairingConfig.class,
                    PairingConfig::kafka,
                    PairingService::new),
            new ServiceKind<>(
                    "scorer",
                    "Computes reference log-probabilities of pairs, exactly once.",
                    ScorerConfig.class,
                    ScorerConfig::kafka,
                    ScorerService::opening),
            new ServiceKind<>(
                    "learner",
                    "Applies mDPO updates to a LoRA adapter; publishes checkpoints and metrics.",
                    LearnerConfig.class,
                    LearnerConfig::kafka,
                    LearnerService::opening));

    private Services() {}
}
