package io.mdpo.lab.scenes;

/**
 * A preference about one scene, the texts without white space around them.
 *
 * @param scene the picture
 * @param kind how the rejected answer was made
 * @param prompt the request
 * @param chosen the true caption
 * @param rejected another text
 */
public record ScenePair(Scene scene, Kind kind, String prompt, String chosen, String rejected) {

    /** How a rejected answer differs from the true caption. */
    public enum Kind {
        /** It comes from a model. */
        SAMPLED,
        /** It mentions the absent partner of a trigger, right after the trigger. */
        PLANTED_PARTNER,
        /** It mentions another object that is absent. */
        INSERTED_OBJECT,
        /** It leaves an object out, and the relation too if the object is needed for it. */
        OMITTED_OBJECT,
        /** It names an absent object in place of one that is there. */
        SWAPPED_OBJECT,
        /** It names a wrong colour. */
        CHANGED_COLOUR,
        /** It counts wrongly. */
        CHANGED_COUNT,
        /** It states the opposite relation. */
        FLIPPED_RELATION
    }

    public ScenePair {
        if (chosen.equals(rejected)) {
            throw new IllegalArgumentException("The rejected answer of scene " + scene.id() + " is the chosen one.");
        }
    }
}
