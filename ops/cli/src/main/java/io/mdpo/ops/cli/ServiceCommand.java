package io.mdpo.ops.cli;

import io.mdpo.ops.http.HttpConfig;
import io.mdpo.ops.service.ServiceConfig;
import io.mdpo.ops.service.ServiceKind;
import io.mdpo.ops.service.ServiceRunner;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Runs one service until it is stopped. */
@Command(mixinStandardHelpOptions = true)
final class ServiceCommand<C extends Record> implements Callable<Integer> {
    @Mixin
    private ConfigOptions options;

    private final ServiceKind<C> kind;

    private ServiceCommand(ServiceKind<C> kind) {
        this.kind = kind;
    }

    static <C extends Record> CommandLine of(ServiceKind<C> kind) {
        var line = new CommandLine(new ServiceCommand<>(kind));
        line.getCommandSpec().usageMessage().description(kind.purpose());
        return line;
    }

    @Override
    public Integer call() throws InterruptedException {
        var config = options.load();
        ServiceRunner.run(
                kind,
                config.section(kind.name(), kind.config()),
                config.section("http", HttpConfig.class),
                config.section("service", ServiceConfig.class));
        return CommandLine.ExitCode.OK;
    }
}
