package io.mdpo.lab.scenes;

/**
 * A kind of object that scenes can hold.
 *
 * @param id position in the catalogue, from 1; 0 stands for the background in patch labels
 * @param singular one lower-case word, also the name of the sprite
 * @param plural one lower-case word, possibly the same as the singular
 * @param article {@code a} or {@code an}
 * @param role what part the noun has in the planted co-occurrences
 * @param colourable whether its objects always have a named {@link Colour}; otherwise they are {@link Colour#PLAIN}
 */
public record Noun(int id, String singular, String plural, String article, Role role, boolean colourable) {

    /** The noun's part in the planted co-occurrences. */
    public enum Role {
        /** Pre-training captions tend to mention its partner with it, whether or not the partner is there. */
        TRIGGER,
        /** Mentioned although absent. */
        PARTNER,
        /** Neither. */
        FILLER
    }

    public Noun {
        if (id < 1) {
            throw new IllegalArgumentException("A noun's id counts from 1, but '" + singular + "' has " + id + ".");
        }
        if (!article.equals("a") && !article.equals("an")) {
            throw new IllegalArgumentException("The article of '" + singular + "' is '" + article + "', not a or an.");
        }
    }

    /** Whether an object of this noun can have the colour. */
    public boolean takes(Colour colour) {
        return colourable == (colour != Colour.PLAIN);
    }

    @Override
    public String toString() {
        return singular;
    }
}
