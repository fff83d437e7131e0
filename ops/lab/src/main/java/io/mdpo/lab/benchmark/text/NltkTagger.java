package io.mdpo.lab.benchmark.text;

import com.fasterxml.jackson.databind.JsonNode;
import io.mdpo.lab.benchmark.BenchmarkFileException;
import io.mdpo.lab.benchmark.JsonFile;
import io.mdpo.lab.benchmark.JsonRecord;
import io.mdpo.lab.benchmark.Place;
import io.mdpo.lab.benchmark.Problems;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The tagger of NLTK's {@code pos_tag}, from the files that NLTK publishes as {@code averaged_perceptron_tagger_eng}: a
 * linear model over the word, its neighbours and the two tags before it, which decides from left to right. Scores are added
 * in the same order in double precision, so the tags are NLTK's own.
 *
 * <p>Source: M. Honnibal, "A Good Part-of-Speech Tagger in about 200 Lines of Python", 2013, on which NLTK's is based.
 */
public final class NltkTagger implements Tagger {
    private static final String NAME = "averaged_perceptron_tagger_eng.";

    /** By feature, for each tag. */
    private final Map<String, double[]> weights = new HashMap<>();

    /** Tags of words that always have the same one. */
    private final Map<String, String> certain = new HashMap<>();

    /** In alphabetical order: among equal scores the last one wins. */
    private final List<String> tags;

    private NltkTagger(JsonNode weights, JsonNode certain, JsonNode tags) {
        var names = new ArrayList<String>();
        tags.forEach(tag -> names.add(tag.asText()));
        names.sort(null);
        this.tags = List.copyOf(names);
        certain.properties()
                .forEach(word -> this.certain.put(word.getKey(), word.getValue().asText()));
        weights.properties().forEach(feature -> this.weights.put(feature.getKey(), row(feature.getValue())));
    }

    /**
     * Reads the model.
     *
     * @param directory holds {@code averaged_perceptron_tagger_eng.weights.json}, {@code .tagdict.json} and {@code
     *     .classes.json}
     * @throws BenchmarkFileException a file is missing or damaged
     */
    public static NltkTagger read(Path directory) {
        var problems = new Problems();
        var parts = new ArrayList<JsonNode>();
        for (String part : List.of("weights", "tagdict", "classes")) {
            new JsonFile(directory.resolve(NAME + part + ".json"), problems)
                    .value()
                    .map(JsonRecord::json)
                    .ifPresent(parts::add);
        }
        problems.throwIfAny();
        if (!parts.get(0).isObject()
                || !parts.get(1).isObject()
                || !parts.get(2).isArray()) {
            throw BenchmarkFileException.of(
                    Place.of(directory),
                    "weights and tagdict have to be objects and classes a list, as NLTK writes them");
        }
        return new NltkTagger(parts.get(0), parts.get(1), parts.get(2));
    }

    @Override
    public List<String> tags(List<String> words) {
        var context = new ArrayList<>(List.of("-START-", "-START2-"));
        words.forEach(word -> context.add(normalized(word)));
        context.addAll(List.of("-END-", "-END2-"));
        var result = new ArrayList<String>();
        String previous = "-START-";
        String beforePrevious = "-START2-";
        for (int i = 0; i < words.size(); i++) {
            var tag = certain.get(words.get(i));
            if (tag == null) {
                tag = best(features(words.get(i), context, i + 2, previous, beforePrevious));
            }
            result.add(tag);
            beforePrevious = previous;
            previous = tag;
        }
        return result;
    }

    private String best(List<String> features) {
        var scores = new double[tags.size()];
        for (String feature : features) {
            var row = weights.get(feature);
            if (row != null) {
                Arrays.setAll(scores, tag -> scores[tag] + row[tag]);
            }
        }
        int best = 0;
        for (int tag = 1; tag < scores.length; tag++) {
            if (scores[tag] >= scores[best]) {
                best = tag;
            }
        }
        return tags.get(best);
    }

    /** @param at of the word in the context */
    private static List<String> features(
            String word, List<String> context, int at, String previous, String beforePrevious) {
        return List.of(
                "bias",
                "i suffix " + suffix(word),
                "i pref1 " + word.substring(0, Math.min(1, word.length())),
                "i-1 tag " + previous,
                "i-2 tag " + beforePrevious,
                "i tag+i-2 tag " + previous + " " + beforePrevious,
                "i word " + context.get(at),
                "i-1 tag+i word " + previous + " " + context.get(at),
                "i-1 word " + context.get(at - 1),
                "i-1 suffix " + suffix(context.get(at - 1)),
                "i-2 word " + context.get(at - 2),
                "i+1 word " + context.get(at + 1),
                "i+1 suffix " + suffix(context.get(at + 1)),
                "i+2 word " + context.get(at + 2));
    }

    private static String suffix(String word) {
        return word.substring(Math.max(0, word.length() - 3));
    }

    private static String normalized(String word) {
        if (word.indexOf('-') > 0) {
            return "!HYPHEN";
        }
        if (word.length() == 4 && word.chars().allMatch(Character::isDigit)) {
            return "!YEAR";
        }
        if (Character.isDigit(word.codePointAt(0))) {
            return "!DIGITS";
        }
        return word.toLowerCase(java.util.Locale.ROOT);
    }

    private double[] row(JsonNode byTag) {
        return tags.stream().mapToDouble(tag -> byTag.path(tag).asDouble()).toArray();
    }
}
