package io.mdpo.lab.scenes;

/**
 * The square that one sprite fills, in pixels of the canvas.
 *
 * @param left column of its left edge
 * @param top row of its upper edge
 * @param size length of its side
 */
public record Placement(int left, int top, int size) {

    public Placement {
        if (left < 0 || top < 0 || left + size > Scene.SIZE || top + size > Scene.SIZE) {
            throw new IllegalArgumentException("A sprite of " + size + " pixels at (" + left + ", " + top
                    + ") does not fit a canvas of " + Scene.SIZE + " pixels.");
        }
    }

    /** Column of the centre, rounded down. */
    public int centreX() {
        return left + size / 2;
    }

    /** Row of the centre, rounded down. */
    public int centreY() {
        return top + size / 2;
    }

    /** Place in reading order: the grid cell of the centre, counted by rows and then by columns. */
    public int cell() {
        return centreY() / Scene.CELL * Scene.GRID + centreX() / Scene.CELL;
    }

    /** Whether the two squares share a pixel. */
    public boolean overlaps(Placement other) {
        return left < other.left + other.size
                && other.left < left + size
                && top < other.top + other.size
                && other.top < top + size;
    }
}
