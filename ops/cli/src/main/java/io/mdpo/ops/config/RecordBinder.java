package io.mdpo.ops.config;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import io.mdpo.operator.SettingException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Builds a record from the keys of a section. What a section leaves out has the value that it has in
 * {@code defaults()}. Problems are collected, and the result has defaults in their places, so that one pass finds as
 * many as possible.
 */
final class RecordBinder {
    private final String section;
    private final List<ConfigProblem> problems;

    RecordBinder(String section, List<ConfigProblem> problems) {
        this.section = section;
        this.problems = problems;
    }

    <R extends Record> R bind(Class<R> type, ConfigObject object) {
        return type.cast(bind(type, Records.defaults(type), object, ""));
    }

    private Record bind(Class<?> type, Record defaults, ConfigObject object, String path) {
        var given = new TreeMap<String, Object>();
        for (var component : type.getRecordComponents()) {
            var key = Keys.ofComponent(component.getName());
            var value = object.get(key);
            if (value != null && value.valueType() != ConfigValueType.NULL) {
                read(component, Records.get(component, defaults), value, Keys.join(path, key), given);
            }
        }
        reportUnknown(type, object, path);
        return construct(type, defaults, given, object, path);
    }

    private void read(
            RecordComponent component, Object fallback, ConfigValue value, String path, Map<String, Object> given) {
        var key = Keys.ofComponent(component.getName());
        var type = component.getType();
        if (type.isRecord() && value instanceof ConfigObject nested) {
            given.put(key, bind(type, (Record) fallback, nested, path));
            return;
        }
        try {
            if (Kinds.has(type) && value instanceof ConfigObject nested) {
                given.put(key, bindKind(type, (Record) fallback, nested, path));
                return;
            }
            if (type.isRecord() || Kinds.has(type)) {
                throw new ValueReader.Mismatch(ValueReader.describe(type), value);
            }
            given.put(key, ValueReader.read(value, component.getGenericType()));
        } catch (ValueReader.Mismatch e) {
            report(
                    value.origin(),
                    Keys.join(section, path) + ": " + (Secrets.isNameOfOne(path) ? e.expected() : e.getMessage()));
        }
    }

    /** A section of the kind that it names, or else of its default's. */
    private Record bindKind(Class<?> type, Record fallback, ConfigObject object, String path)
            throws ValueReader.Mismatch {
        var kinds = Kinds.of(type);
        var named = object.get(Kinds.KEY);
        if (named == null || named.valueType() == ConfigValueType.NULL) {
            return bind(fallback.getClass(), fallback, object, path);
        }
        for (var kind : kinds) {
            if (Kinds.nameOf(kind).equals(String.valueOf(named.unwrapped()))) {
                var defaults = kind.isInstance(fallback) ? fallback : Records.defaults(kind.asSubclass(Record.class));
                return bind(kind, defaults, object, path);
            }
        }
        var names = String.join(", ", kinds.stream().map(Kinds::nameOf).toList());
        throw new ValueReader.Mismatch("one of " + names, named);
    }

    private void reportUnknown(Class<?> type, ConfigObject object, String path) {
        var known = new ArrayList<String>();
        if (Kinds.isOne(type)) {
            known.add(Kinds.KEY);
        }
        Arrays.stream(type.getRecordComponents())
                .map(component -> Keys.ofComponent(component.getName()))
                .forEach(known::add);
        object.forEach((key, value) -> {
            if (!known.contains(key)) {
                problems.add(unknown(Keys.join(Keys.join(section, path), key), key, known, value.origin()));
            }
        });
    }

    static ConfigProblem unknown(String path, String key, List<String> known, ConfigOrigin origin) {
        var hint = Keys.suggest(key, known)
                .map(suggestion -> "did you mean " + suggestion + "?")
                .orElseGet(() -> "known here are " + String.join(", ", known));
        return new ConfigProblem(Origins.describe(origin), path + " is not a known key: " + hint);
    }

    /**
     * A record refuses one value at a time. A refused value is reported and replaced by its default, and the record
     * gets another try, as long as the file has given the value.
     */
    private Record construct(
            Class<?> type, Record defaults, Map<String, Object> given, ConfigObject object, String path) {
        while (true) {
            try {
                return Records.create(
                        type,
                        component -> given.getOrDefault(
                                Keys.ofComponent(component.getName()), Records.get(component, defaults)));
            } catch (InvocationTargetException e) {
                if (!(e.getCause() instanceof SettingException refusal)) {
                    throw new IllegalStateException("could not create " + type.getName(), e);
                }
                var own = Keys.first(refusal.key());
                report(origin(object, own), Keys.join(Keys.join(section, path), String.valueOf(refusal.getMessage())));
                if (given.remove(own) == null) {
                    return defaults;
                }
            }
        }
    }

    private static ConfigOrigin origin(ConfigObject object, String key) {
        var value = object.get(key);
        return value == null ? object.origin() : value.origin();
    }

    private void report(ConfigOrigin origin, String message) {
        problems.add(new ConfigProblem(Origins.describe(origin), message));
    }
}
