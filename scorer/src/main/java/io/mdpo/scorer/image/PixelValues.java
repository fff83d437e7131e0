package io.mdpo.scorer.image;

/**
 * One image as a vision tower takes it: rescaled, normalised, fp32. The array is shared, not copied, and never written
 * after creation.
 */
public final class PixelValues {
    private final float[] values;
    private final long[] shape;
    private final ImageGrid grid;

    /**
     * @param values in row-major order of {@code shape}
     * @param grid how many rows and columns of pieces they are
     * @param shape first the number of pieces, such as (1, 3, side, side) or (patches, values a patch)
     */
    public PixelValues(float[] values, ImageGrid grid, long... shape) {
        long size = 1;
        for (long dimension : shape) {
            size *= dimension;
        }
        if (size != values.length) {
            throw new IllegalArgumentException("%d values for a shape of %d".formatted(values.length, size));
        }
        this.values = values;
        this.shape = shape.clone();
        this.grid = grid;
    }

    /** The values themselves; do not change them. */
    public float[] values() {
        return values;
    }

    public ImageGrid grid() {
        return grid;
    }

    /** Pieces first; the other dimensions are equal for all images of a model. */
    public long[] shape() {
        return shape.clone();
    }
}
