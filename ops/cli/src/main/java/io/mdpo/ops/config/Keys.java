package io.mdpo.ops.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** Spelling of keys: {@code maxImageBytes} and {@code MAX_IMAGE_BYTES} are {@code max-image-bytes} in a file. */
final class Keys {
    private Keys() {}

    static String ofComponent(String camelCase) {
        return camelCase.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }

    static String ofEnum(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static String join(String path, String key) {
        if (path.isEmpty() || key.isEmpty()) {
            return path + key;
        }
        return path + "." + key;
    }

    /** What stands before the first dot. */
    static String first(String key) {
        int dot = key.indexOf('.');
        return dot < 0 ? key : key.substring(0, dot);
    }

    /** The known key that was probably meant: the nearest one, if at most two letters, or a third of them, are wrong. */
    static Optional<String> suggest(String unknown, Collection<String> known) {
        var spelled = Keys.ofComponent(unknown).replace('_', '-');
        return known.stream()
                .filter(key -> distance(spelled, key) <= Math.max(2, key.length() / 3))
                .min(Comparator.comparingInt((String key) -> distance(spelled, key))
                        .thenComparing(key -> key));
    }

    private static int distance(String one, String other) {
        return LevenshteinDistance.getDefaultInstance().apply(one, other);
    }
}
