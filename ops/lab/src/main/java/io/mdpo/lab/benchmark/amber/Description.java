package io.mdpo.lab.benchmark.amber;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What one description names.
 *
 * @param mentioned nouns of the vocabulary, in order
 * @param hallucinated those of them that no object of the image accounts for
 * @param covered objects of the image that are named
 * @param truth objects of the image
 * @param imagined objects that people would imagine, named
 * @param imaginable objects that people would imagine
 */
record Description(
        List<String> mentioned, List<String> hallucinated, int covered, int truth, int imagined, int imaginable) {

    Description {
        mentioned = List.copyOf(mentioned);
        hallucinated = List.copyOf(hallucinated);
    }

    /**
     * Judges the nouns of a description.
     *
     * @param nouns all of them, as lemmas
     * @param safe words that are mentions but never judged
     */
    static Description of(
            List<String> nouns,
            Annotation annotation,
            Associations associations,
            Set<String> safe,
            Similarities similarities) {
        var truth = new NamedObjects(annotation.truth(), associations);
        var imagined = new NamedObjects(annotation.hallucinations(), associations);
        var mentioned =
                nouns.stream().filter(associations.vocabulary()::contains).toList();
        var hallucinated = new ArrayList<String>();
        for (String noun : mentioned) {
            if (safe.contains(noun) || truth.name(noun)) {
                continue;
            }
            imagined.name(noun);
            imagined.nameAlike(noun, similarities);
            if (!truth.nameAlike(noun, similarities)) {
                hallucinated.add(noun);
            }
        }
        return new Description(mentioned, hallucinated, truth.count(), truth.size(), imagined.count(), imagined.size());
    }
}
