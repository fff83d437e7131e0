package io.mdpo.learner.training;

import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Settings as canonical text, one value a key. Keys are those of a configuration file: components in lower case with hyphens,
 * nested ones behind a dot, and {@code kind} for which of several records a section is. A value has one spelling on every
 * JDK, so that equal settings are equal texts.
 */
final class SettingsText {
    private static final String KIND_SUFFIX = "Config";

    /** A double has at most 17 digits. */
    private static final int MOST_DIGITS = 17;

    private SettingsText() {}

    /** Every value by its key. */
    static SortedMap<String, String> all(Record settings) {
        var lines = new TreeMap<String, String>();
        add(lines, "", settings);
        return lines;
    }

    /**
     * The values that differ from the defaults. A section of another kind than the default's differs by its kind, and by the
     * values that differ from the {@code defaults()} of its own record.
     */
    static SortedMap<String, String> different(Record settings, Record defaults) {
        var lines = new TreeMap<String, String>();
        addDifferent(lines, "", settings, defaults);
        return lines;
    }

    private static void add(SortedMap<String, String> lines, String path, Record record) {
        if (isOneOfSeveral(record)) {
            lines.put(path + "kind", kind(record));
        }
        for (var component : record.getClass().getRecordComponents()) {
            var key = path + key(component.getName());
            var value = value(component, record);
            if (value instanceof Record nested) {
                add(lines, key + ".", nested);
            } else {
                lines.put(key, text(value));
            }
        }
    }

    private static void addDifferent(SortedMap<String, String> lines, String path, Record record, Record defaults) {
        for (var component : record.getClass().getRecordComponents()) {
            var key = path + key(component.getName());
            var value = value(component, record);
            var fallback = value(component, defaults);
            if (!(value instanceof Record nested)) {
                if (!text(value).equals(text(fallback))) {
                    lines.put(key, text(value));
                }
            } else if (nested.getClass() == fallback.getClass()) {
                addDifferent(lines, key + ".", nested, (Record) fallback);
            } else {
                lines.put(key + ".kind", kind(nested));
                addDifferent(lines, key + ".", nested, defaults(nested.getClass()));
            }
        }
    }

    private static boolean isOneOfSeveral(Record record) {
        return List.of(record.getClass().getInterfaces()).stream().anyMatch(Class::isSealed);
    }

    /** Which of several records a section is. */
    static String kind(Record record) {
        var name = record.getClass().getSimpleName();
        var stem = name.endsWith(KIND_SUFFIX) ? name.substring(0, name.length() - KIND_SUFFIX.length()) : name;
        return key(stem.substring(0, 1).toLowerCase(Locale.ROOT) + stem.substring(1));
    }

    private static String key(String camelCase) {
        return camelCase.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }

    private static String text(Object value) {
        if (value instanceof Double number) {
            return decimal(number);
        } else if (value instanceof Integer || value instanceof Long || value instanceof Boolean) {
            return value.toString();
        } else if (value instanceof Enum<?> constant) {
            return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
        } else if (value instanceof String string) {
            return '"' + string.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
        } else if (value instanceof List<?> list) {
            return list.stream().map(SettingsText::text).collect(Collectors.joining(", ", "[", "]"));
        }
        throw new IllegalStateException(
                "no canonical text for a " + value.getClass().getName());
    }

    /** The fewest digits that give the same number. Double.toString writes other ones on other JDKs. */
    private static String decimal(double number) {
        var exact = new BigDecimal(number);
        return IntStream.rangeClosed(1, MOST_DIGITS)
                .mapToObj(digits -> exact.round(new MathContext(digits, RoundingMode.HALF_EVEN)))
                .filter(rounded -> rounded.doubleValue() == number)
                .findFirst()
                .orElse(exact)
                .stripTrailingZeros()
                .toPlainString();
    }

    private static Object value(RecordComponent component, Record record) {
        try {
            return Objects.requireNonNull(component.getAccessor().invoke(record));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("could not read " + component, e);
        }
    }

    private static Record defaults(Class<? extends Record> type) {
        try {
            return (Record) Objects.requireNonNull(type.getMethod("defaults").invoke(null));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(type.getName() + " needs a public static defaults()", e);
        }
    }
}
