package io.mdpo.lab.scenes;

import java.util.List;

/**
 * One item of a caption's list, such as {@code a red balloon} or {@code two stars}.
 *
 * @param noun what is named
 * @param colour the colour named with it, {@link Colour#PLAIN} if none is
 * @param count how many, 1 to 3
 */
public record Mention(Noun noun, Colour colour, int count) {
    /** The words for the counts; a count of one is said by the article. */
    static final List<String> COUNT_WORDS = List.of("two", "three");

    public Mention {
        if (count < 1 || count > ObjectGroup.MAX_COUNT) {
            throw new IllegalArgumentException("A mention counts 1 to 3 objects, not " + count + ".");
        }
    }

    static Mention of(ObjectGroup group) {
        return new Mention(group.noun(), group.colour(), group.count());
    }

    /** The mention as it stands in a list. */
    public String text() {
        if (count > 1) {
            return COUNT_WORDS.get(count - 2) + coloured(noun.plural());
        }
        return (colour == Colour.PLAIN ? noun.article() : "a") + coloured(noun.singular());
    }

    /** The mention of one object as it stands in a relation: {@code the red balloon}. */
    public String definite() {
        return "the" + coloured(noun.singular());
    }

    private String coloured(String word) {
        return colour == Colour.PLAIN ? " " + word : " " + colour.word() + " " + word;
    }
}
