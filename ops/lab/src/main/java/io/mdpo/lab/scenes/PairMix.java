package io.mdpo.lab.scenes;

/**
 * How often each family of rejected answers is drawn, as weights of any scale.
 *
 * <p>Insertions are longer than the chosen answer, omissions shorter, alterations as long. With equal weights for
 * insertions and omissions length says nothing about preference; otherwise a learner can prefer short answers without
 * looking at the picture.
 *
 * @param sampled answers of a model
 * @param inserted an absent object is mentioned, a planted partner where there can be one
 * @param omitted an object is left out
 * @param altered an object, colour, count or relation is replaced, each equally often where it applies
 */
public record PairMix(double sampled, double inserted, double omitted, double altered) {
    /** Edits only, without a length cue. */
    public static final PairMix EDITS = new PairMix(0, 0.35, 0.35, 0.30);

    /** A model's own answers only. */
    public static final PairMix SAMPLES = new PairMix(1, 0, 0, 0);

    public PairMix {
        if (!(sampled >= 0
                && inserted >= 0
                && omitted >= 0
                && altered >= 0
                && sampled + inserted + omitted + altered > 0)) {
            throw new IllegalArgumentException("The weights of a mix are not negative, and at least one is positive.");
        }
    }

    /** The family that a number in [0, 1) falls to. */
    Family family(double share) {
        double at = share * (sampled + inserted + omitted + altered);
        if (at < sampled) {
            return Family.SAMPLED;
        }
        if (at < sampled + inserted) {
            return Family.INSERTED;
        }
        return at < sampled + inserted + omitted ? Family.OMITTED : Family.ALTERED;
    }

    enum Family {
        SAMPLED,
        INSERTED,
        OMITTED,
        ALTERED
    }
}
