package io.mdpo.lab.benchmark.amber;

import java.util.Locale;

/** A task of AMBER or one dimension of it; each has a file of questions. */
public enum AmberPart {
    ALL,
    GENERATIVE,
    DISCRIMINATIVE,
    EXISTENCE("discriminative-existence"),
    ATTRIBUTE("discriminative-attribute"),
    RELATION("discriminative-relation");

    private final String file;

    AmberPart() {
        this.file = name().toLowerCase(Locale.ROOT);
    }

    AmberPart(String file) {
        this.file = file;
    }

    String queryFile() {
        return "query_" + file + ".json";
    }
}
