package io.mdpo.lab.scenes;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Edits that make a true caption false and leave it well-formed. */
final class CaptionEdits {
    private final NounCatalogue catalogue;
    private final Scene scene;
    private final Caption truth;
    private final SplittableRandom random;

    CaptionEdits(NounCatalogue catalogue, Scene scene, SplittableRandom random) {
        this.catalogue = catalogue;
        this.scene = scene;
        this.truth = Caption.of(scene);
        this.random = random;
    }

    Caption insertPartner(PlantedPair pair) {
        int trigger = truth.mentions().stream().map(Mention::noun).toList().indexOf(pair.trigger());
        return insert(trigger + 1, new Mention(pair.partner(), Colour.PLAIN, 1));
    }

    Caption insertObject() {
        Noun noun = absent(random.nextInt(4) == 0);
        return insert(1 + random.nextInt(truth.mentions().size()), new Mention(noun, colourFor(noun), 1));
    }

    /** Prefers what the relation does not name, so that little else changes. */
    Caption omitObject() {
        List<Mention> unrelated = unrelated();
        boolean keepsRelation = !unrelated.isEmpty();
        Mention omitted = SceneGenerator.pick(keepsRelation ? unrelated : truth.mentions(), random);
        var mentions = new ArrayList<>(truth.mentions());
        mentions.remove(omitted);
        return Caption.listing(mentions, keepsRelation ? truth.relation() : Optional.empty());
    }

    Caption swapObject() {
        Mention old = SceneGenerator.pick(truth.mentions(), random);
        return replace(old, new Mention(absent(old.noun().colourable()), old.colour(), old.count()));
    }

    /** Empty if nothing has a named colour. */
    Optional<Caption> changeColour() {
        return pickOptional(truth.mentions().stream()
                        .filter(mention -> mention.noun().colourable())
                        .toList())
                .map(old -> replace(
                        old, new Mention(old.noun(), PlantedPrior.anotherColour(old.colour(), random), old.count())));
    }

    /** Empty if the relation names everything: it holds between single objects. */
    Optional<Caption> changeCount() {
        return pickOptional(unrelated()).map(old -> {
            List<Integer> counts = IntStream.rangeClosed(1, ObjectGroup.MAX_COUNT)
                    .filter(count -> count != old.count())
                    .boxed()
                    .toList();
            return replace(old, new Mention(old.noun(), old.colour(), SceneGenerator.pick(counts, random)));
        });
    }

    /** Empty if no relation is stated. */
    Optional<Caption> flipRelation() {
        return truth.relation().map(relation -> new Caption(truth.mentions(), Optional.of(relation.flipped())));
    }

    private List<Mention> unrelated() {
        return truth.mentions().stream()
                .filter(mention -> !truth.relation()
                        .map(relation -> relation.names(mention))
                        .orElse(false))
                .toList();
    }

    private Optional<Mention> pickOptional(List<Mention> mentions) {
        return mentions.isEmpty() ? Optional.empty() : Optional.of(SceneGenerator.pick(mentions, random));
    }

    private Noun absent(boolean colourable) {
        return SceneGenerator.pick(
                catalogue.nouns().stream()
                        .filter(noun -> noun.colourable() == colourable && !scene.shows(noun))
                        .toList(),
                random);
    }

    private Colour colourFor(Noun noun) {
        return noun.colourable() ? SceneGenerator.pick(Colour.named(), random) : Colour.PLAIN;
    }

    private Caption insert(int at, Mention mention) {
        var mentions = new ArrayList<>(truth.mentions());
        mentions.add(at, mention);
        return Caption.listing(mentions, truth.relation());
    }

    private Caption replace(Mention old, Mention replacement) {
        List<Mention> mentions = truth.mentions().stream()
                .map(mention -> mention.equals(old) ? replacement : mention)
                .toList();
        return Caption.listing(mentions, truth.relation().map(relation -> relation.replace(old, replacement)));
    }
}
