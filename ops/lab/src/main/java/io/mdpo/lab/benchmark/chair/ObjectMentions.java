package io.mdpo.lab.benchmark.chair;

import io.mdpo.lab.benchmark.text.Lemmas;
import io.mdpo.lab.benchmark.text.Words;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Finds COCO's objects in a text: its words in lower case and as lemmas, two words that belong together as one.
 *
 * <p>Source: Rohrbach et al. 2018, arXiv 1809.02156, and the rules of its program, with the lemmas and the two-word names
 * of Object HalBench's. Two words are one where they name an object ("hot dog"), where the first only qualifies the second
 * ("baby bird", "passenger train" name no person and no passenger), and in four phrases that would be misread.
 */
final class ObjectMentions {
    private static final List<String> ANIMALS = List.of(
            "bird", "cat", "dog", "horse", "sheep", "cow", "elephant", "bear", "zebra", "giraffe", "animal", "cub");
    private static final List<String> VEHICLES = List.of("jet", "train");
    private static final Map<String, String> PHRASES =
            Map.of("home plate", "home plate", "train track", "train track", "bow tie", "tie", "toilet seat", "toilet");

    private final Words words = new Words();
    private final Lemmas lemmas = new Lemmas();
    private final Synonyms synonyms;
    private final Map<String, String> pairs = new HashMap<>();

    ObjectMentions(Synonyms synonyms) {
        this.synonyms = synonyms;
        synonyms.words().stream().filter(word -> word.contains(" ")).forEach(word -> pairs.put(word, word));
        for (String animal : ANIMALS) {
            pairs.put("baby " + animal, animal);
            pairs.put("adult " + animal, animal);
        }
        VEHICLES.forEach(vehicle -> pairs.put("passenger " + vehicle, vehicle));
        pairs.putAll(PHRASES);
    }

    /**
     * A mention.
     *
     * @param word as it was found
     * @param object that it names
     */
    record Mention(String word, String object) {}

    /** In order; an object that is named twice is there twice. */
    List<Mention> of(String text) {
        var terms = paired(
                words.of(text.toLowerCase(Locale.ROOT)).stream().map(lemmas::of).toList());
        // The seat of a toilet is no chair.
        boolean toilet = terms.contains("toilet");
        return terms.stream()
                .filter(term -> !(toilet && term.equals("seat")))
                .flatMap(term -> synonyms.object(term).map(object -> new Mention(term, object)).stream())
                .toList();
    }

    private List<String> paired(List<String> single) {
        var terms = new ArrayList<String>();
        for (int i = 0; i < single.size(); i++) {
            var pair = i + 1 < single.size() ? pairs.get(single.get(i) + " " + single.get(i + 1)) : null;
            terms.add(pair == null ? single.get(i) : pair);
            i += pair == null ? 0 : 1;
        }
        return terms;
    }
}
