package io.mdpo.lab.benchmark.amber;

import java.util.Arrays;
import java.util.Optional;

/** Types of AMBER's annotations. Two of them are the relation dimension. */
enum Kind {
    GENERATIVE("generative"),
    EXISTENCE("discriminative-hallucination"),
    STATE("discriminative-attribute-state"),
    NUMBER("discriminative-attribute-number"),
    ACTION("discriminative-attribute-action"),
    RELATION("discriminative-relation"),
    OTHER_RELATION("relation");

    private final String type;

    Kind(String type) {
        this.type = type;
    }

    static Optional<Kind> of(String type) {
        return Arrays.stream(values()).filter(kind -> kind.type.equals(type)).findFirst();
    }
}
