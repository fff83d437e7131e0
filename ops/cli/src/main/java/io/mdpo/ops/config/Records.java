package io.mdpo.ops.config;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.Function;

/** Reflection over configuration records: their components, constructor and {@code defaults()}. */
final class Records {
    private Records() {}

    static <R extends Record> R defaults(Class<R> type) {
        try {
            return type.cast(type.getMethod("defaults").invoke(null));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(type.getName() + " needs a public static defaults()", e);
        }
    }

    static Object get(RecordComponent component, Record record) {
        try {
            return Objects.requireNonNull(component.getAccessor().invoke(record));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("could not read " + component, e);
        }
    }

    /** Calls the canonical constructor; what it throws arrives as the cause of the exception. */
    static Record create(Class<?> type, Function<RecordComponent, Object> values) throws InvocationTargetException {
        var components = type.getRecordComponents();
        var types = Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        try {
            return (Record) type.getDeclaredConstructor(types)
                    .newInstance(Arrays.stream(components).map(values).toArray());
        } catch (InvocationTargetException e) {
            throw e;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(type.getName() + " needs to be public", e);
        }
    }
}
