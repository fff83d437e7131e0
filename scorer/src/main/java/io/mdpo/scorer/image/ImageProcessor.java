package io.mdpo.scorer.image;

/** Turns a decoded image into the pixel values of one model family. */
public interface ImageProcessor {
    /** Pixel values, channel first: index {@code (c * height + y) * width + x}, rescaled and normalised, fp32. */
    float[] pixelValues(RgbImage image);

    /** Side of the square that {@link #pixelValues} fills, in pixels. */
    int side();
}
