package io.mdpo.scorer.family;

import java.util.List;

/** The part of a model that reads and writes tokens; several families share one. */
public interface LanguageModel {
    /** A linear layer that an adapter may extend: weight (out, in). */
    record LinearLayer(String name, long in, long out) {
        /** The last part of the name, by which people choose layers: {@code q_proj}. */
        public String kind() {
            return name.substring(name.lastIndexOf('.') + 1);
        }
    }

    /** Every linear layer except the head, in order. */
    List<LinearLayer> linearLayers();

    /** Number of layers. */
    int layers();

    /** Largest number of positions that it knows. */
    int maxPositions();

    /** Number of rows of the embedding matrix. */
    long vocabularySize();

    /** Id that closes an answer, where the tokenizer does not name it. */
    long endOfTurn();
}
