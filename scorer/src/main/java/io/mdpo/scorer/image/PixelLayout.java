package io.mdpo.scorer.image;

/** What an image becomes, as far as its width and height decide. */
public final class PixelLayout {
    private final ImageGrid grid;
    private final long[] shape;
    private final int size;

    /**
     * @param grid how many rows and columns of pieces there are
     * @param shape first the number of pieces, such as (1, 3, side, side) or (patches, values a patch)
     * @throws ArithmeticException an array cannot hold so many values
     */
    public PixelLayout(ImageGrid grid, long... shape) {
        this.grid = grid;
        this.shape = shape.clone();
        long product = 1;
        for (long dimension : shape) {
            product = Math.multiplyExact(product, dimension);
        }
        this.size = Math.toIntExact(product);
    }

    public ImageGrid grid() {
        return grid;
    }

    long[] shape() {
        return shape.clone();
    }

    int size() {
        return size;
    }

    void require(float[] values) {
        if (values.length != size) {
            throw new IllegalArgumentException("%d values for a shape of %d".formatted(values.length, size));
        }
    }
}
