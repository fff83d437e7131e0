package io.mdpo.ops.cli;

import io.mdpo.ingest.IngestConfig;
import io.mdpo.ingest.IngestService;
import io.mdpo.ops.service.Service;
import io.mdpo.ops.service.ServiceKind;
import java.util.List;

/** Every service that the command line starts: add one here, and it has its subcommand and its section. */
final class Services {
    static final List<ServiceKind<?>> ALL = List.of(new ServiceKind<>(
            "ingest",
            "Validates and de-duplicates raw pairs; writes dead letters with a reason.",
            IngestConfig.class,
            (config, registry) -> {
                var service = new IngestService(config, registry);
                return Service.of(service::run, service::isReady, service::isHealthy, service::close);
            }));

    private Services() {}
}
