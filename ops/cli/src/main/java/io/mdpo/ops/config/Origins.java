package io.mdpo.ops.config;

import com.typesafe.config.ConfigOrigin;
import java.nio.file.Path;

/** Says where a value stands. */
final class Origins {
    private Origins() {}

    /** {@code file:line}, or the description of what is not a file. */
    static String describe(ConfigOrigin origin) {
        var file = origin.filename();
        var name = file == null ? origin.description() : Path.of(file).toString();
        return file != null && origin.lineNumber() > 0 ? name + ":" + origin.lineNumber() : name;
    }
}
