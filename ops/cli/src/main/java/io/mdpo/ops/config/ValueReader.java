package io.mdpo.ops.config;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Turns one value of a file into a Java value. */
final class ValueReader {
    private ValueReader() {}

    /** Says what was expected of a value; the caller knows the key and the place. */
    static final class Mismatch extends Exception {
        private static final long serialVersionUID = 1L;

        private final String expected;

        Mismatch(String expected, ConfigValue found) {
            super("expected %s, found %s".formatted(expected, found.render(ConfigPrinter.CONCISE)));
            this.expected = "expected %s, found something else".formatted(expected);
        }

        /** The message without the value, which may be a secret. */
        String expected() {
            return expected;
        }
    }

    static Object read(ConfigValue value, Type type) throws Mismatch {
        if (type instanceof ParameterizedType generic) {
            return readGeneric(value, generic);
        }
        var raw = (Class<?>) type;
        if (raw.isEnum()) {
            return readEnum(value, raw);
        }
        var text = scalar(value, describe(type));
        try {
            if (raw == String.class) {
                return text;
            } else if (raw == int.class || raw == Integer.class) {
                return new BigDecimal(text).intValueExact();
            } else if (raw == long.class || raw == Long.class) {
                return new BigDecimal(text).longValueExact();
            } else if (raw == double.class || raw == Double.class) {
                return finite(value, Double.parseDouble(text));
            } else if (raw == boolean.class || raw == Boolean.class) {
                return value.atKey("it").getBoolean("it");
            } else if (raw == Duration.class) {
                return value.atKey("it").getDuration("it");
            } else if (raw == Path.class) {
                return Path.of(text);
            }
        } catch (ArithmeticException | NumberFormatException | ConfigException | InvalidPathException e) {
            throw new Mismatch(describe(type), value);
        }
        throw unsupported(type);
    }

    /** What a value of the type looks like, in words. */
    static String describe(Type type) {
        if (type instanceof ParameterizedType generic) {
            if (generic.getRawType() == Optional.class) {
                return describe(generic.getActualTypeArguments()[0]);
            }
            return generic.getRawType() == List.class ? "a list of texts" : "a section of keys and texts";
        }
        var raw = (Class<?>) type;
        if (raw.isEnum()) {
            return "one of " + names(raw);
        } else if (raw == String.class) {
            return "a text";
        } else if (raw == int.class || raw == Integer.class || raw == long.class || raw == Long.class) {
            return "a whole number";
        } else if (raw == double.class || raw == Double.class) {
            return "a number";
        } else if (raw == boolean.class || raw == Boolean.class) {
            return "true or false";
        } else if (raw == Duration.class) {
            return "a duration such as 250ms, 30s or 7d";
        } else if (raw == Path.class) {
            return "a path";
        } else if (raw.isRecord() || Kinds.has(raw)) {
            return "a section { ... }";
        }
        throw unsupported(type);
    }

    private static Object readGeneric(ConfigValue value, ParameterizedType type) throws Mismatch {
        if (type.getRawType() == Optional.class) {
            return Optional.of(read(value, type.getActualTypeArguments()[0]));
        } else if (type.getRawType() == List.class) {
            if (!(value instanceof ConfigList list)) {
                throw new Mismatch(describe(type), value);
            }
            var items = new ArrayList<String>();
            for (var item : list) {
                items.add(scalar(item, "a text"));
            }
            return List.copyOf(items);
        }
        if (!(value instanceof ConfigObject object)) {
            throw new Mismatch(describe(type), value);
        }
        return KafkaSettings.texts(object);
    }

    private static Object readEnum(ConfigValue value, Class<?> type) throws Mismatch {
        var text = scalar(value, describe(type));
        return Arrays.stream(type.getEnumConstants())
                .filter(constant -> Keys.ofEnum((Enum<?>) constant).equals(text))
                .findFirst()
                .orElseThrow(() -> new Mismatch(describe(type), value));
    }

    private static String names(Class<?> type) {
        return Arrays.stream(type.getEnumConstants())
                .map(constant -> Keys.ofEnum((Enum<?>) constant))
                .collect(Collectors.joining(", "));
    }

    private static String scalar(ConfigValue value, String expected) throws Mismatch {
        if (value.valueType() == ConfigValueType.OBJECT || value.valueType() == ConfigValueType.LIST) {
            throw new Mismatch(expected, value);
        }
        return String.valueOf(value.unwrapped());
    }

    private static double finite(ConfigValue value, double number) throws Mismatch {
        if (!Double.isFinite(number)) {
            throw new Mismatch("a finite number", value);
        }
        return number;
    }

    private static IllegalStateException unsupported(Type type) {
        return new IllegalStateException("no setting can have the type " + type.getTypeName());
    }
}
