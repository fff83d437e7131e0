package io.mdpo.scorer.image;

import java.util.function.Supplier;

/**
 * One image as a vision tower takes it: rescaled, normalised, fp32. What it looks like is known from the start; the values
 * are made when they are asked for, of resized samples of 8 bits: a value takes four times the memory of its sample, and
 * Qwen2.5-VL has each twice.
 */
public final class PixelValues {
    private final PixelLayout layout;
    private final long held;
    private final Supplier<float[]> values;

    /**
     * @param held bytes of what the values are made of, as far as this object keeps it
     * @param values makes them, in row-major order of the layout's shape, the same at every call
     */
    public PixelValues(PixelLayout layout, long held, Supplier<float[]> values) {
        this.layout = layout;
        this.held = held;
        this.values = values;
    }

    /**
     * @param values in row-major order of {@code shape}
     * @param grid how many rows and columns of pieces they are
     * @param shape first the number of pieces, such as (1, 3, side, side) or (patches, values a patch)
     */
    public PixelValues(float[] values, ImageGrid grid, long... shape) {
        this(new PixelLayout(grid, shape), (long) Float.BYTES * values.length, () -> values);
        layout.require(values);
    }

    /** Bytes of heap that are taken as long as this object is kept. */
    public long held() {
        return held;
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
