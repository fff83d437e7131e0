package io.mdpo.lab.scenes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The nouns that scenes are made of, read from the bundled {@code nouns.json}. Immutable. */
public final class NounCatalogue {
    private static final String RESOURCE = "/scenes/nouns.json";

    private final List<Noun> nouns;
    private final List<PlantedPair> pairs;
    private final Map<String, Noun> bySingular = new HashMap<>();
    private final Map<String, Noun> byPlural = new HashMap<>();
    private final Map<Noun, PlantedPair> byTrigger = new HashMap<>();
    private final Map<Noun, PlantedPair> byPartner = new HashMap<>();

    private NounCatalogue(List<Noun> nouns, List<PlantedPair> pairs) {
        this.nouns = List.copyOf(nouns);
        this.pairs = List.copyOf(pairs);
        nouns.forEach(noun -> {
            bySingular.put(noun.singular(), noun);
            byPlural.put(noun.plural(), noun);
        });
        pairs.forEach(pair -> {
            byTrigger.put(pair.trigger(), pair);
            byPartner.put(pair.partner(), pair);
        });
    }

    /**
     * Reads the bundled catalogue.
     *
     * @throws UncheckedIOException if the resource cannot be read
     */
    public static NounCatalogue load() {
        try (InputStream json = NounCatalogue.class.getResourceAsStream(RESOURCE)) {
            if (json == null) {
                throw new IOException("The resource " + RESOURCE + " is missing from the class path.");
            }
            return of(new ObjectMapper().readTree(json));
        } catch (IOException e) {
            throw new UncheckedIOException("The bundled noun catalogue cannot be read.", e);
        }
    }

    private static NounCatalogue of(JsonNode entries) {
        var bySingular = new HashMap<String, Noun>();
        var nouns = new ArrayList<Noun>();
        for (JsonNode entry : entries) {
            var noun = new Noun(
                    nouns.size() + 1,
                    entry.required("noun").textValue(),
                    entry.required("plural").textValue(),
                    entry.required("article").textValue(),
                    Noun.Role.valueOf(entry.required("role").textValue().toUpperCase(Locale.ROOT)),
                    entry.path("colourable").booleanValue());
            nouns.add(noun);
            bySingular.put(noun.singular(), noun);
        }
        var pairs = new ArrayList<PlantedPair>();
        for (JsonNode entry : entries) {
            if (entry.has("partner")) {
                Noun trigger = bySingular.get(entry.required("noun").textValue());
                Noun partner = bySingular.get(entry.required("partner").textValue());
                if (trigger == null || partner == null) {
                    throw new IllegalArgumentException("The noun catalogue names an unknown partner in " + entry + ".");
                }
                pairs.add(new PlantedPair(
                        trigger, partner, entry.required("plantedRate").doubleValue()));
            }
        }
        return new NounCatalogue(nouns, pairs);
    }

    /** Every noun, in the order of its id. */
    public List<Noun> nouns() {
        return nouns;
    }

    /** The planted co-occurrences. */
    public List<PlantedPair> pairs() {
        return pairs;
    }

    /** The noun with this singular. */
    public Optional<Noun> singular(String word) {
        return Optional.ofNullable(bySingular.get(word));
    }

    /** The noun with this plural. */
    public Optional<Noun> plural(String word) {
        return Optional.ofNullable(byPlural.get(word));
    }

    /** The pair that the noun triggers, if it is a trigger. */
    public Optional<PlantedPair> triggeredBy(Noun noun) {
        return Optional.ofNullable(byTrigger.get(noun));
    }

    /** The pair whose partner the noun is, if it is a partner. */
    public Optional<PlantedPair> partneredBy(Noun noun) {
        return Optional.ofNullable(byPartner.get(noun));
    }
}
