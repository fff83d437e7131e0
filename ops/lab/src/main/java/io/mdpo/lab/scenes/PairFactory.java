package io.mdpo.lab.scenes;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Function;

/**
 * Preference pairs about scenes: chosen is the true caption, rejected a sample of a model or a false edit of the truth.
 * A pair is a function of the seed, the scene, and the model's answer.
 */
public final class PairFactory {
    private final NounCatalogue catalogue;
    private final PlantedPrior prior;
    private final PairMix mix;
    private final Function<Scene, String> sampler;
    private final long seed;

    /**
     * @param sampler a model's answer to {@link Caption#PROMPT} about the scene; called only if the mix has samples. A
     *     blank or a right answer is replaced by an insertion.
     */
    public PairFactory(NounCatalogue catalogue, PairMix mix, Function<Scene, String> sampler, long seed) {
        this.catalogue = catalogue;
        this.prior = new PlantedPrior(catalogue);
        this.mix = mix;
        this.sampler = sampler;
        this.seed = seed;
    }

    /** A factory that needs no model. */
    public static PairFactory edits(NounCatalogue catalogue, long seed) {
        return new PairFactory(catalogue, PairMix.EDITS, scene -> "", seed);
    }

    /** The pair about a scene. Edited rejected answers are well-formed; a sampled one is what the model wrote. */
    public ScenePair pair(Scene scene) {
        var random = new SplittableRandom(Bits.mix(seed, scene.seed()));
        var edits = new CaptionEdits(catalogue, scene, random);
        return switch (mix.family(random.nextDouble())) {
            case SAMPLED -> sampled(scene).orElseGet(() -> inserted(scene, edits, random));
            case INSERTED -> inserted(scene, edits, random);
            case OMITTED -> pair(scene, ScenePair.Kind.OMITTED_OBJECT, edits.omitObject());
            case ALTERED -> altered(scene, edits, random);
        };
    }

    private Optional<ScenePair> sampled(Scene scene) {
        String sample = sampler.apply(scene).strip();
        String truth = Caption.of(scene).text();
        return sample.isEmpty() || sample.equals(truth)
                ? Optional.empty()
                : Optional.of(new ScenePair(scene, ScenePair.Kind.SAMPLED, Caption.PROMPT, truth, sample));
    }

    private ScenePair inserted(Scene scene, CaptionEdits edits, SplittableRandom random) {
        List<PlantedPair> plantable = prior.plantable(scene);
        return plantable.isEmpty()
                ? pair(scene, ScenePair.Kind.INSERTED_OBJECT, edits.insertObject())
                : pair(
                        scene,
                        ScenePair.Kind.PLANTED_PARTNER,
                        edits.insertPartner(SceneGenerator.pick(plantable, random)));
    }

    private static ScenePair altered(Scene scene, CaptionEdits edits, SplittableRandom random) {
        var pairs = new ArrayList<ScenePair>();
        pairs.add(pair(scene, ScenePair.Kind.SWAPPED_OBJECT, edits.swapObject()));
        edits.changeColour().ifPresent(edit -> pairs.add(pair(scene, ScenePair.Kind.CHANGED_COLOUR, edit)));
        edits.changeCount().ifPresent(edit -> pairs.add(pair(scene, ScenePair.Kind.CHANGED_COUNT, edit)));
        edits.flipRelation().ifPresent(edit -> pairs.add(pair(scene, ScenePair.Kind.FLIPPED_RELATION, edit)));
        return SceneGenerator.pick(pairs, random);
    }

    private static ScenePair pair(Scene scene, ScenePair.Kind kind, Caption rejected) {
        return new ScenePair(scene, kind, Caption.PROMPT, Caption.of(scene).text(), rejected.text());
    }
}
