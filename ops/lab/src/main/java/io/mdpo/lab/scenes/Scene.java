package io.mdpo.lab.scenes;

import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a picture of {@value #SIZE} x {@value #SIZE} pixels shows.
 *
 * @param seed decides the background and the noise of its captions, and names the scene
 * @param groups the objects, each noun at most once, kept in reading order: that of each group's first object
 */
public record Scene(long seed, List<ObjectGroup> groups) {

    /** Side of the picture, in pixels. */
    public static final int SIZE = 96;

    /** Cells in each row and column of the grid that gives the reading order. */
    static final int GRID = 4;

    /** Side of one cell, in pixels. */
    static final int CELL = SIZE / GRID;

    public Scene {
        groups = groups.stream()
                .sorted(Comparator.comparingInt(group -> group.first().cell()))
                .toList();
        if (groups.stream().map(ObjectGroup::noun).distinct().count() != groups.size()) {
            throw new IllegalArgumentException("A scene holds each noun in one group only.");
        }
    }

    /** A name for the scene: its seed in hexadecimal digits. */
    public String id() {
        return String.format("%016x", seed);
    }

    /** The nouns that are in the picture. */
    public Set<Noun> nouns() {
        return groups.stream().map(ObjectGroup::noun).collect(Collectors.toUnmodifiableSet());
    }

    /** Whether an object of this noun is in the picture. */
    public boolean shows(Noun noun) {
        return groups.stream().anyMatch(group -> group.noun().equals(noun));
    }

    /** Whether an object of this noun and colour is in the picture. */
    public boolean shows(Noun noun, Colour colour) {
        return groups.stream().anyMatch(group -> group.noun().equals(noun) && group.colour() == colour);
    }

    /** The split that the scene belongs to, whatever its background and the places of its objects. */
    public Split split() {
        return Split.of(groups.stream()
                .mapToLong(group -> Split.code(group.noun(), group.colour(), group.count()))
                .toArray());
    }
}
