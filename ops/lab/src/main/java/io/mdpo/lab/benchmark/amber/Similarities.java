package io.mdpo.lab.benchmark.amber;

import io.mdpo.lab.benchmark.BenchmarkFileException;
import io.mdpo.lab.benchmark.Place;
import io.mdpo.lab.benchmark.Problems;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * How alike two words of the vocabulary are: cosine of their embeddings, computed beforehand. A line of the file holds two
 * words and their similarity, separated by tabs, in either order; {@code #} begins a comment. Pairs that are not there are
 * not alike. Every word is like itself.
 */
public final class Similarities {
    /** Words that are more alike than this are taken for synonyms. */
    private static final double THRESHOLD = 0.8;

    private final Map<String, Map<String, Double>> table = new HashMap<>();

    private Similarities() {}

    /** Words are like themselves only. */
    static Similarities none() {
        return new Similarities();
    }

    /**
     * Reads a table.
     *
     * @throws BenchmarkFileException naming every line that is none
     */
    public static Similarities read(Path file) {
        var similarities = new Similarities();
        var problems = new Problems();
        int number = 0;
        for (String line : lines(file)) {
            number++;
            if (!line.isBlank() && !line.startsWith("#")) {
                similarities.add(line.split("\t", -1), new Place(file, number), problems);
            }
        }
        problems.throwIfAny();
        return similarities;
    }

    private static Iterable<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw BenchmarkFileException.of(Place.of(file), "the file cannot be read: " + e);
        }
    }

    private void add(String[] fields, Place place, Problems problems) {
        if (fields.length != 3) {
            problems.add(place, "this is not two words and a number, separated by tabs");
            return;
        }
        try {
            double similarity = Double.parseDouble(fields[2]);
            if (similarity >= -1.001 && similarity <= 1.001) {
                put(fields[0], fields[1], similarity);
                put(fields[1], fields[0], similarity);
                return;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        problems.add(place, "%s is no similarity: a number from -1 to 1".formatted(fields[2]));
    }

    private void put(String word, String other, double similarity) {
        table.computeIfAbsent(word, w -> new HashMap<>()).put(other, similarity);
    }

    boolean alike(String word, String other) {
        return word.equals(other) || table.getOrDefault(word, Map.of()).getOrDefault(other, 0.0) > THRESHOLD;
    }
}
