package io.mdpo.lab.benchmark.chair;

import io.mdpo.lab.benchmark.Place;
import io.mdpo.lab.benchmark.Problems;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Words for COCO's objects: a line of the file holds an object and its synonyms, separated by commas. */
final class Synonyms {
    private final Map<String, String> objects = new HashMap<>();

    static Synonyms read(Path file, Problems problems) {
        var synonyms = new Synonyms();
        try {
            for (String line : Files.readAllLines(file)) {
                synonyms.add(line.strip().split("\\s*,\\s+"));
            }
        } catch (IOException e) {
            problems.add(Place.of(file), "the file cannot be read: " + e);
        }
        return synonyms;
    }

    private void add(String[] words) {
        for (String word : words) {
            if (!word.isEmpty()) {
                objects.put(word, words[0]);
            }
        }
    }

    /** The object that a word names. */
    Optional<String> object(String word) {
        return Optional.ofNullable(objects.get(word));
    }

    /** Objects and their synonyms. */
    Set<String> words() {
        return objects.keySet();
    }
}
