package io.mdpo.lab.scenes;

/**
 * Two nouns that noisy captions put together.
 *
 * @param trigger the noun that is in the picture
 * @param partner the noun that is mentioned with it
 * @param rate probability in [0, 1] that a noisy caption mentions the partner when the trigger is there and it is not
 */
public record PlantedPair(Noun trigger, Noun partner, double rate) {

    public PlantedPair {
        if (!(rate >= 0 && rate <= 1)) {
            throw new IllegalArgumentException(
                    "The planted rate of " + trigger + " and " + partner + " is " + rate + ", not a probability.");
        }
    }
}
