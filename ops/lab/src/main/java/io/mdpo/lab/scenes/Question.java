package io.mdpo.lab.scenes;

/**
 * A question with a yes or no answer, such as {@code Is there a red balloon in the picture?}
 *
 * @param noun what is asked for
 * @param colour the colour asked for, {@link Colour#PLAIN} exactly if the noun is not colourable
 */
public record Question(Noun noun, Colour colour) {
    /** The answer that affirms. */
    public static final String YES = "Yes.";

    /** The answer that denies. */
    public static final String NO = "No.";

    public Question {
        if (!noun.takes(colour)) {
            throw new IllegalArgumentException("One does not ask for a " + noun + " in " + colour + ".");
        }
    }

    /** The question in words. */
    public String text() {
        return "Is there " + new Mention(noun, colour, 1).text() + " in the picture?";
    }

    /** The true answer: whether at least one such object is there. */
    public String answer(Scene scene) {
        return scene.shows(noun, colour) ? YES : NO;
    }
}
