package io.mdpo.lab.scenes;

import io.mdpo.lab.metrics.HallucinationAnswer;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Holds what a model says about a scene against what the scene shows. */
public final class SceneJudge {
    private final NounCatalogue catalogue;
    private final CaptionParser parser;
    private final PlantedPrior prior;

    public SceneJudge(NounCatalogue catalogue) {
        this.catalogue = catalogue;
        this.parser = new CaptionParser(catalogue);
        this.prior = new PlantedPrior(catalogue);
    }

    /**
     * Judges an answer to {@link Caption#PROMPT}.
     *
     * @param answer the decoded text; white space around it does not matter, end pieces must be gone
     */
    public HallucinationAnswer judge(Scene scene, String answer) {
        ParsedCaption parsed = parser.parse(answer);
        List<String> mentioned = parsed.nouns().stream().map(Noun::singular).toList();
        return new HallucinationAnswer(
                words(scene.nouns()),
                mentioned,
                words(prior.plantable(scene).stream().map(PlantedPair::partner).collect(Collectors.toSet())),
                words(presentPartners(scene)),
                parsed.wellFormed());
    }

    private Set<Noun> presentPartners(Scene scene) {
        return catalogue.pairs().stream()
                .filter(pair -> scene.shows(pair.trigger()) && scene.shows(pair.partner()))
                .map(PlantedPair::partner)
                .collect(Collectors.toSet());
    }

    private static Set<String> words(Set<Noun> nouns) {
        return nouns.stream().map(Noun::singular).collect(Collectors.toSet());
    }
}
