package io.mdpo.lab.scenes;

import java.util.Comparator;
import java.util.List;

/**
 * One to three equal objects of a scene.
 *
 * @param noun what they are
 * @param colour their colour; {@link Colour#PLAIN} exactly if the noun is not colourable
 * @param placements where each of them is, kept in reading order
 */
public record ObjectGroup(Noun noun, Colour colour, List<Placement> placements) {

    /** Most objects of one kind in a scene. */
    public static final int MAX_COUNT = 3;

    public ObjectGroup {
        if (!noun.takes(colour)) {
            throw new IllegalArgumentException("A " + noun + " cannot be drawn in " + colour + ".");
        }
        if (placements.isEmpty() || placements.size() > MAX_COUNT) {
            throw new IllegalArgumentException("A group has 1 to 3 objects, not " + placements.size() + ".");
        }
        placements = placements.stream()
                .sorted(Comparator.comparingInt(Placement::cell))
                .toList();
    }

    public int count() {
        return placements.size();
    }

    /** The object that comes first in reading order. */
    public Placement first() {
        return placements.get(0);
    }
}
