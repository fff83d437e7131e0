package io.mdpo.lab.scenes;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A description of a picture: {@code There is a dog, a red balloon, two stars. The dog is left of the red balloon.}
 *
 * <p>The list has no {@code and}, which would tell how many objects are still to come.
 *
 * @param mentions what is listed, at least one
 * @param relation the second sentence, if there is one
 */
public record Caption(List<Mention> mentions, Optional<Relation> relation) {
    /** The request that a caption answers. */
    public static final String PROMPT = "Describe the picture.";

    public Caption {
        mentions = List.copyOf(mentions);
        if (mentions.isEmpty()) {
            throw new IllegalArgumentException("A caption mentions something.");
        }
    }

    /** The true caption: every group in reading order, and the relation of the first two where it is clear. */
    public static Caption of(Scene scene) {
        return listing(scene.groups().stream().map(Mention::of).toList(), Relation.of(scene));
    }

    /**
     * A caption that tells a relation from the object listed first if it lists an even number of things, and else from the
     * other one. So every direction occurs, and which object comes first needs no guess.
     */
    static Caption listing(List<Mention> mentions, Optional<Relation> relation) {
        return new Caption(mentions, relation.map(told -> {
            boolean fromFirst = mentions.indexOf(told.subject()) < mentions.indexOf(told.object());
            return fromFirst == (mentions.size() % 2 == 0) ? told : told.reversed();
        }));
    }

    /** The caption in words, without a space before it. */
    public String text() {
        String list = mentions.stream().map(Mention::text).collect(Collectors.joining(", "));
        String verb = mentions.get(0).count() == 1 ? "There is " : "There are ";
        return verb + list + "."
                + relation.map(sentence -> " " + sentence.text()).orElse("");
    }
}
