package io.mdpo.ops.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads a configuration: keys that all sections share at the top ({@code topic-prefix}, {@code kafka}), and a section
 * for each record type. A section may override what is shared.
 *
 * <p>All problems of a file are reported at once, in one {@link InvalidConfigException}: values of the wrong type,
 * unknown keys, and values that a record refuses.
 */
public final class ConfigLoader {
    private static final List<String> SHARED = List.of("topic-prefix", "kafka");

    private final Map<String, Class<? extends Record>> sections;

    /** @param sections record type of every section that a file may have, by its name */
    public ConfigLoader(Map<String, Class<? extends Record>> sections) {
        this.sections = new LinkedHashMap<>(sections);
    }

    /**
     * Reads all sections; those that the file lacks have their defaults.
     *
     * @param file file in HOCON; without it only the overrides and defaults count
     * @param overrides {@code key=value} each, stronger than the file
     * @throws InvalidConfigException with everything that is wrong; also if the file is missing or is no HOCON
     */
    public LoadedConfig load(Optional<Path> file, List<String> overrides) {
        var root = ConfigFile.read(file, overrides);
        var problems = new ArrayList<ConfigProblem>();
        reportUnknownSections(root, problems);
        var records = new LinkedHashMap<String, Record>();
        sections.forEach((name, type) -> {
            var binder = new RecordBinder(name, problems);
            section(root, name, type, problems).ifPresent(object -> records.put(name, binder.bind(type, object)));
        });
        if (!problems.isEmpty()) {
            throw new InvalidConfigException(problems.stream().distinct().toList());
        }
        return new LoadedConfig(records);
    }

    private void reportUnknownSections(Config root, List<ConfigProblem> problems) {
        var known = new ArrayList<>(SHARED);
        known.addAll(sections.keySet());
        root.root().forEach((key, value) -> {
            if (!known.contains(key)) {
                problems.add(RecordBinder.unknown(key, key, known, value.origin()));
            }
        });
    }

    /** The section with the shared keys that its record knows; empty if the file has something else in its place. */
    private static Optional<ConfigObject> section(
            Config root, String name, Class<? extends Record> type, List<ConfigProblem> problems) {
        var own = root.root().get(name);
        if (own != null && !(own instanceof ConfigObject)) {
            problems.add(new ConfigProblem(
                    Origins.describe(own.origin()), name + ": expected a section { ... }, found a single value"));
            return Optional.empty();
        }
        var object = own instanceof ConfigObject given
                ? given
                : ConfigValueFactory.fromMap(Map.of()).withOrigin(root.root().origin());
        for (var key : SHARED) {
            var shared = root.root().get(key);
            if (shared != null && has(type, key)) {
                object = object.withValue(key, merge(shared, object.get(key)));
            }
        }
        return Optional.of(object);
    }

    /** Dotted keys may be nested in one place and quoted in the other: both are flattened before they are merged. */
    private static ConfigValue merge(ConfigValue shared, @Nullable ConfigValue own) {
        if (own == null) {
            return shared;
        }
        if (shared instanceof ConfigObject below && own instanceof ConfigObject above) {
            var merged = new LinkedHashMap<String, Object>(KafkaSettings.flatten(below));
            merged.putAll(KafkaSettings.flatten(above));
            return ConfigValueFactory.fromMap(merged).withOrigin(own.origin());
        }
        return own;
    }

    private static boolean has(Class<? extends Record> type, String key) {
        return Arrays.stream(type.getRecordComponents())
                .anyMatch(component -> Keys.ofComponent(component.getName()).equals(key));
    }
}
