package io.mdpo.scorer.image;

/**
 * How an image was cut up for a vision tower: rows and columns of patches or of tiles. A family with one fixed square has
 * the grid {@link #WHOLE}.
 *
 * @param rows at least 0
 * @param columns at least 0
 */
public record ImageGrid(int rows, int columns) {
    /** One piece of fixed size. */
    public static final ImageGrid WHOLE = new ImageGrid(1, 1);
}
