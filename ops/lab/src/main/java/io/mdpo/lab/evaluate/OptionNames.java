package io.mdpo.lab.evaluate;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads constants that are written in lower case with hyphens. */
abstract class OptionNames<E extends Enum<E>> implements ITypeConverter<E> {
    private final Class<E> type;

    OptionNames(Class<E> type) {
        this.type = type;
    }

    @Override
    public E convert(String value) {
        return Arrays.stream(type.getEnumConstants())
                .filter(constant -> name(constant).equals(value))
                .findFirst()
                .orElseThrow(() -> new TypeConversionException("'%s' is none of %s"
                        .formatted(
                                value,
                                Arrays.stream(type.getEnumConstants())
                                        .map(OptionNames::name)
                                        .collect(Collectors.joining(", ")))));
    }

    private static String name(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
