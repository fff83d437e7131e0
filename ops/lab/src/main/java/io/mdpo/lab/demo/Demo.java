package io.mdpo.lab.demo;

import io.mdpo.operator.OperatorException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The files of the demonstration. */
public final class Demo {
    /** Set by the launcher: the folder that holds {@code demo}. */
    private static final String HOME = "mdpo.home";

    private Demo() {}

    /** The bundled model directory. */
    public static Path model() {
        return existing("model");
    }

    /** The model that was pre-trained on pictures that are mostly noise. */
    public static Path hazyModel() {
        return existing("hazy-model");
    }

    /** The bundled preference pairs. */
    public static Path pairs() {
        return existing("pairs.jsonl.gz");
    }

    /** The folder of the bundled files. */
    public static Path directory() {
        var home = System.getProperty(HOME);
        if (home == null) {
            throw new OperatorException(
                    "the bundled model was not found: start with ops/mdpo, or set -D%s to the ops folder"
                            .formatted(HOME));
        }
        return Path.of(home, "demo");
    }

    private static Path existing(String name) {
        var path = directory().resolve(name);
        if (!Files.exists(path)) {
            throw new OperatorException(
                    "%s is missing: take it from the repository, or make it with ops/mdpo pretrain".formatted(path));
        }
        return path;
    }
}
