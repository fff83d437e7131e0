package io.mdpo.scorer.image;

import java.util.function.Supplier;

/**
 * One image as a vision tower takes it: rescaled, normalised, fp32. What it looks like is known from the start; the values
 * may be made when they are asked for, because those of a large image take far more memory than its file.
 */
public final class PixelValues {
    private final PixelLayout layout;
    private final Supplier<float[]> values;

    /** @param values in row-major order of the layout's shape; shared, and never written after creation */
    public PixelValues(float[] values, PixelLayout layout) {
        this(layout, () -> values);
        layout.require(values);
    }

    /** @param values makes them, in row-major order of the layout's shape, the same at every call */
    public PixelValues(PixelLayout layout, Supplier<float[]> values) {
        this.layout = layout;
        this.values = values;
    }

    /**
     * @param values in row-major order of {@code shape}
     * @param grid how many rows and columns of pieces they are
     * @param shape first the number of pieces, such as (1, 3, side, side) or (patches, values a patch)
     */
    public PixelValues(float[] values, ImageGrid grid, long... shape) {
        this(values, new PixelLayout(grid, shape));
    }

    /** The values themselves; do not change them. */
    public float[] values() {
        return values.get();
    }

    public ImageGrid grid() {
        return layout.grid();
    }

    /** Number of values. */
    public int size() {
        return layout.size();
    }

    /** Pieces first; the other dimensions are equal for all images of a model. */
    public long[] shape() {
        return layout.shape();
    }
}
