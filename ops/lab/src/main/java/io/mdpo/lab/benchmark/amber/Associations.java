package io.mdpo.lab.benchmark.amber;

import io.mdpo.lab.benchmark.JsonFile;
import io.mdpo.lab.benchmark.JsonRecord;
import io.mdpo.lab.benchmark.Place;
import io.mdpo.lab.benchmark.Problems;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Words that name an object as well, from {@code relation.json}. Objects and words are AMBER's closed vocabulary. */
final class Associations {
    private final Path file;
    private final Map<String, List<String>> words = new LinkedHashMap<>();
    private final Set<String> vocabulary = new HashSet<>();

    private Associations(Path file) {
        this.file = file;
    }

    static Associations read(Path file, Problems problems) {
        var associations = new Associations(file);
        new JsonFile(file, problems).value().ifPresent(json -> {
            if (json.json().isObject()) {
                associations.add(json);
            } else {
                problems.add(Place.of(file), "this is not an object with a list of words for each object");
            }
        });
        return associations;
    }

    private void add(JsonRecord json) {
        json.json().fieldNames().forEachRemaining(object -> json.texts(object).ifPresent(list -> {
            words.put(object, list);
            vocabulary.add(object);
            vocabulary.addAll(list);
        }));
    }

    Path file() {
        return file;
    }

    boolean has(String object) {
        return words.containsKey(object);
    }

    /** Words that name an object as well. */
    List<String> of(String object) {
        return words.getOrDefault(object, List.of());
    }

    /** Objects and words: nothing else counts as a mention. */
    Set<String> vocabulary() {
        return vocabulary;
    }
}
