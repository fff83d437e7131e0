package io.mdpo.lab.benchmark.text;

import java.util.ArrayList;
import java.util.List;

/** Finds the nouns of a text, in order, as lemmas. For one thread at a time. */
public final class Nouns {
    private final Words words = new Words();
    private final Lemmas lemmas = new Lemmas();
    private final Tagger tagger;

    public Nouns(Tagger tagger) {
        this.tagger = tagger;
    }

    /** Common and proper nouns, one that is named twice twice. */
    public List<String> of(String text) {
        var tokens = words.of(text);
        var tags = tagger.tags(tokens);
        var nouns = new ArrayList<String>();
        for (int i = 0; i < tokens.size(); i++) {
            if (tags.get(i).startsWith("NN")) {
                nouns.add(lemmas.of(tokens.get(i)));
            }
        }
        return nouns;
    }
}
