package io.mdpo.ops.cli;

import io.mdpo.ops.service.ServiceKind;
import java.util.List;

/** Every service that the command line starts: add one here, and it has its subcommand and its section. */
final class Services {
    static final List<ServiceKind<?>> ALL = List.of();

    private Services() {}
}
