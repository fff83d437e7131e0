package io.mdpo.ops.config;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** A subtree of free keys, such as {@code kafka}, flattened: nested or quoted, {@code a.b} becomes one dotted key. */
final class KafkaSettings {
    private KafkaSettings() {}

    /** Values by dotted key; a list becomes a comma-separated text when it is read with {@link #text}. */
    static Map<String, ConfigValue> flatten(ConfigObject object) {
        var flat = new LinkedHashMap<String, ConfigValue>();
        collect("", object, flat);
        return flat;
    }

    static Map<String, String> texts(ConfigObject object) {
        var texts = new TreeMap<String, String>();
        flatten(object).forEach((key, value) -> texts.put(key, text(value)));
        return texts;
    }

    private static String text(ConfigValue value) {
        if (value.unwrapped() instanceof Iterable<?> items) {
            var joined = new StringBuilder();
            items.forEach(item -> joined.append(joined.isEmpty() ? "" : ",").append(item));
            return joined.toString();
        }
        return String.valueOf(value.unwrapped());
    }

    private static void collect(String path, ConfigObject object, Map<String, ConfigValue> into) {
        object.forEach((key, value) -> {
            if (value instanceof ConfigObject nested) {
                collect(Keys.join(path, key), nested, into);
            } else if (value.valueType() != ConfigValueType.NULL) {
                into.put(Keys.join(path, key), value);
            }
        });
    }
}
