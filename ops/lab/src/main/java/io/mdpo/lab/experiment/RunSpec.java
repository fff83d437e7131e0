package io.mdpo.lab.experiment;

import io.mdpo.lab.scenes.Split;
import java.util.Locale;

/**
 * One training.
 *
 * @param scenes on which it is judged
 */
record RunSpec(Variant variant, StreamSpec stream, Setting setting, Split scenes) {
    /** @param count number of scenes */
    String id(int count) {
        return "%s-%s-%s-%s%d"
                .formatted(
                        stream.id(), variant.id(), setting.id(), scenes.name().toLowerCase(Locale.ROOT), count);
    }
}
