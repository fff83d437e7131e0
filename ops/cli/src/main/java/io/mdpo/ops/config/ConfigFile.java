package io.mdpo.ops.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Reads a HOCON file, puts {@code key=value} overrides over it and resolves its substitutions. */
final class ConfigFile {
    private static final String COMMAND_LINE = "--set";

    private ConfigFile() {}

    static Config read(Optional<Path> file, List<String> overrides) {
        try {
            var config = file.map(ConfigFile::parse).orElse(ConfigFactory.empty("defaults"));
            for (var override : overrides) {
                config = apply(config, override);
            }
            return config.resolve();
        } catch (ConfigException e) {
            throw InvalidConfigException.of(
                    file.map(Path::toString).orElse(COMMAND_LINE), String.valueOf(e.getMessage()));
        }
    }

    private static Config parse(Path file) {
        if (!Files.isReadable(file) || Files.isDirectory(file)) {
            throw InvalidConfigException.of(
                    file.toString(), "the file cannot be read: check the path and its permissions");
        }
        return ConfigFactory.parseFile(
                file.toFile(), ConfigParseOptions.defaults().setAllowMissing(false));
    }

    private static Config apply(Config config, String override) {
        var equals = override.indexOf('=');
        if (equals < 1) {
            throw InvalidConfigException.of(
                    COMMAND_LINE, "expected key=value, for example http.port=0, found '%s'".formatted(override));
        }
        var path = ConfigUtil.splitPath(override.substring(0, equals).strip());
        return config.withValue(
                ConfigUtil.joinPath(path), value(override.substring(equals + 1).strip()));
    }

    /** A text, as it is typed; only lists and sections are read as HOCON, because a path or an URL is not valid there. */
    private static ConfigValue value(String text) {
        if (text.startsWith("[") || text.startsWith("{")) {
            return ConfigFactory.parseString(
                            "value = " + text, ConfigParseOptions.defaults().setOriginDescription(COMMAND_LINE))
                    .getValue("value");
        }
        return ConfigValueFactory.fromAnyRef(text, COMMAND_LINE);
    }
}
