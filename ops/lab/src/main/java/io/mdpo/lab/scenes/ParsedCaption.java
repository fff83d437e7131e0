package io.mdpo.lab.scenes;

import java.util.List;
import java.util.Optional;

/**
 * What a text says, whether or not it follows the grammar of {@link Caption}.
 *
 * @param mentions every object named, in order; a noun named twice is there twice
 * @param relation the first sentence that states a relation
 * @param wellFormed whether the text is exactly what a caption with these contents reads, mentions no noun twice,
 *     colours what has a colour and nothing else, and relates two single objects that it lists
 */
public record ParsedCaption(List<Mention> mentions, Optional<Relation> relation, boolean wellFormed) {
    public ParsedCaption {
        mentions = List.copyOf(mentions);
    }

    /** The nouns named, in order, with repetitions: what CHAIR counts. */
    public List<Noun> nouns() {
        return mentions.stream().map(Mention::noun).toList();
    }
}
