package io.mdpo.lab.scenes;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/**
 * The falsehood that pre-training teaches: where a trigger is in the picture and its partner is not, the partner is
 * claimed with the pair's own rate. A model trained on it hallucinates at a known rate.
 *
 * <p>Which partners are claimed is a function of the scene, so its caption and its questions tell one story.
 */
public final class PlantedPrior {
    private static final double HARD_NEGATIVE_RATE = 0.5;

    private final NounCatalogue catalogue;

    public PlantedPrior(NounCatalogue catalogue) {
        this.catalogue = catalogue;
    }

    /** The pairs whose trigger is in the picture and whose partner is not, in reading order of the triggers. */
    public List<PlantedPair> plantable(Scene scene) {
        return scene.groups().stream()
                .flatMap(group -> catalogue.triggeredBy(group.noun()).stream())
                .filter(pair -> !scene.shows(pair.partner()))
                .toList();
    }

    /** The pairs of {@link #plantable} whose partner the noise claims to be there. */
    public List<PlantedPair> planted(Scene scene) {
        return plantable(scene).stream()
                .filter(pair -> Bits.unit(Bits.mix(scene.seed(), pair.trigger().id())) < pair.rate())
                .toList();
    }

    /** The true caption with every planted partner mentioned once, right after its trigger. */
    public Caption caption(Scene scene) {
        List<PlantedPair> planted = planted(scene);
        Caption truth = Caption.of(scene);
        var mentions = new ArrayList<Mention>();
        for (Mention mention : truth.mentions()) {
            mentions.add(mention);
            planted.stream()
                    .filter(pair -> pair.trigger().equals(mention.noun()))
                    .forEach(pair -> mentions.add(new Mention(pair.partner(), Colour.PLAIN, 1)));
        }
        return Caption.listing(mentions, truth.relation());
    }

    /** A request for a description and the noisy caption. */
    public Conversation description(Scene scene) {
        return new Conversation(Caption.PROMPT, caption(scene).text());
    }

    /**
     * A yes-or-no question with the noisy answer. The answer is {@link Question#YES} in exactly half of the draws: the
     * question then asks for one of the objects in the picture or of the planted partners, each with equal probability.
     * Otherwise it asks for what is neither, in half of these draws for something close: the partner of a trigger that
     * the noise spared, or an object of the picture in another colour, if there is one.
     *
     * @param index number of the question about this scene; each gives another draw
     */
    public Conversation question(Scene scene, int index) {
        var random = new SplittableRandom(Bits.mix(~scene.seed(), index));
        boolean yes = random.nextBoolean();
        Question question = SceneGenerator.pick(yes ? claimed(scene) : denied(scene, random), random);
        return new Conversation(question.text(), yes ? Question.YES : Question.NO);
    }

    /** The question for one of the objects in the picture; which one follows from the scene. */
    public Question presentQuestion(Scene scene) {
        var group = SceneGenerator.pick(scene.groups(), new SplittableRandom(scene.seed()));
        return new Question(group.noun(), group.colour());
    }

    /**
     * The question for an object that is not in the picture, where there can be one for a partner that the noise could
     * claim; which one follows from the scene.
     */
    public Question absentQuestion(Scene scene) {
        var random = new SplittableRandom(~scene.seed());
        var partners = plantable(scene);
        if (!partners.isEmpty()) {
            return new Question(SceneGenerator.pick(partners, random).partner(), Colour.PLAIN);
        }
        return SceneGenerator.pick(absent(scene, Set.of(), random), random);
    }

    private List<Question> claimed(Scene scene) {
        var questions = new ArrayList<Question>();
        scene.groups().forEach(group -> questions.add(new Question(group.noun(), group.colour())));
        planted(scene).forEach(pair -> questions.add(new Question(pair.partner(), Colour.PLAIN)));
        return questions;
    }

    private List<Question> denied(Scene scene, SplittableRandom random) {
        Set<PlantedPair> planted = new HashSet<>(planted(scene));
        var close = new ArrayList<Question>();
        plantable(scene).stream()
                .filter(pair -> !planted.contains(pair))
                .forEach(pair -> close.add(new Question(pair.partner(), Colour.PLAIN)));
        scene.groups().stream()
                .filter(group -> group.noun().colourable())
                .forEach(group -> close.add(new Question(group.noun(), anotherColour(group.colour(), random))));
        if (!close.isEmpty() && random.nextDouble() < HARD_NEGATIVE_RATE) {
            return close;
        }
        Set<Noun> claimed = planted.stream().map(PlantedPair::partner).collect(Collectors.toSet());
        return absent(scene, claimed, random);
    }

    private List<Question> absent(Scene scene, Set<Noun> except, SplittableRandom random) {
        return catalogue.nouns().stream()
                .filter(noun -> !scene.shows(noun) && !except.contains(noun))
                .map(noun -> new Question(
                        noun, noun.colourable() ? SceneGenerator.pick(Colour.named(), random) : Colour.PLAIN))
                .toList();
    }

    static Colour anotherColour(Colour colour, SplittableRandom random) {
        return SceneGenerator.pick(
                Colour.named().stream().filter(other -> other != colour).toList(), random);
    }
}
