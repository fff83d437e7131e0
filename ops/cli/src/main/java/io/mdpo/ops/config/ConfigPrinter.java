package io.mdpo.ops.config;

import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValueFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Prints a record as the lines of a configuration file that would give the same record. */
final class ConfigPrinter {
    static final ConfigRenderOptions CONCISE = ConfigRenderOptions.concise();

    private ConfigPrinter() {}

    static String print(String path, Record record) {
        var text = new StringBuilder();
        if (Kinds.isOne(record.getClass())) {
            line(text, Keys.join(path, Kinds.KEY), Kinds.nameOf(record.getClass()));
        }
        for (var component : record.getClass().getRecordComponents()) {
            var key = Keys.join(path, Keys.ofComponent(component.getName()));
            append(text, key, Records.get(component, record));
        }
        return text.toString();
    }

    private static void append(StringBuilder text, String key, Object value) {
        if (value instanceof Record nested) {
            text.append(print(key, nested));
        } else if (value instanceof Map<?, ?> map) {
            new TreeMap<>(map)
                    .forEach((name, item) -> line(
                            text,
                            key + "." + ConfigUtil.quoteString(String.valueOf(name)),
                            shown(Keys.join(key, String.valueOf(name)), item)));
        } else if (value instanceof Optional<?> optional) {
            line(text, key, optional.map(present -> shown(key, present)).orElse("null"));
        } else {
            line(text, key, shown(key, value));
        }
    }

    private static String shown(String name, Object value) {
        return Secrets.isNameOfOne(name) ? '"' + Secrets.MASK + '"' : render(value);
    }

    private static void line(StringBuilder text, String key, String value) {
        text.append(key).append(" = ").append(value).append('\n');
    }

    private static String render(Object value) {
        if (value instanceof Duration duration) {
            return render(duration);
        }
        if (value instanceof Enum<?> constant) {
            return Keys.ofEnum(constant);
        }
        if (value instanceof Path || value instanceof String || value instanceof List<?>) {
            var plain = value instanceof Path path ? path.toString() : value;
            return ConfigValueFactory.fromAnyRef(plain).render(CONCISE);
        }
        return String.valueOf(value);
    }

    private static String render(Duration duration) {
        if (duration.toNanosPart() % 1_000_000 != 0) {
            return duration.toNanos() + "ns";
        } else if (duration.toMillisPart() != 0) {
            return duration.toMillis() + "ms";
        } else if (duration.toSeconds() % 86_400 == 0 && !duration.isZero()) {
            return duration.toDays() + "d";
        }
        return duration.toSeconds() + "s";
    }
}
