package io.mdpo.ops.config;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Sections of which there are several kinds: a sealed interface and a record for each. The key {@code kind} says which, so
 * that every kind has its own keys: the record {@code SimpoConfig} is the kind {@code simpo}.
 */
final class Kinds {
    static final String KEY = "kind";

    private static final String SUFFIX = "Config";

    private Kinds() {}

    /** Whether a section of this type has kinds. */
    static boolean has(Class<?> type) {
        return type.isSealed();
    }

    /** Whether the record is one of several kinds. */
    static boolean isOne(Class<?> type) {
        return Arrays.stream(type.getInterfaces()).anyMatch(Class::isSealed);
    }

    static String nameOf(Class<?> type) {
        var name = type.getSimpleName();
        var stem = name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : name;
        return Keys.ofComponent(stem.substring(0, 1).toLowerCase(Locale.ROOT) + stem.substring(1));
    }

    /** The records of a sealed interface. */
    static List<Class<?>> of(Class<?> type) {
        return List.of(type.getPermittedSubclasses());
    }
}
