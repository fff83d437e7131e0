package io.mdpo.ops.cli;

import io.mdpo.ops.config.ConfigLoader;
import io.mdpo.ops.config.LoadedConfig;
import io.mdpo.ops.http.HttpConfig;
import io.mdpo.ops.service.ServiceConfig;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options of every command that reads a configuration. */
public final class ConfigOptions {
    @Option(names = "--config", paramLabel = "FILE", description = "Configuration in HOCON; without it the defaults.")
    private Optional<Path> file = Optional.empty();

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "Sets one key over the file; can be repeated.")
    private List<String> overrides = List.of();

    LoadedConfig load() {
        return loader().load(file, overrides);
    }

    /** Reads the file of all services. */
    public static ConfigLoader loader() {
        var sections = new LinkedHashMap<String, Class<? extends Record>>(Map.of("http", HttpConfig.class));
        sections.put("service", ServiceConfig.class);
        sections.put("topics", TopicsConfig.class);
        Services.ALL.forEach(kind -> sections.put(kind.name(), kind.config()));
        return new ConfigLoader(sections);
    }
}
