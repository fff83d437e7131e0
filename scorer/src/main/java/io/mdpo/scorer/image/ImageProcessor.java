package io.mdpo.scorer.image;

/** Turns a decoded image into the pixel values of one model family, as its Hugging Face processor does. Thread-safe. */
public interface ImageProcessor {
    PixelValues process(RgbImage image);

    /**
     * What {@link #process} makes of an image of this size, known before it is made.
     *
     * @throws IllegalArgumentException the image has sides that it does not take
     */
    PixelLayout layout(int width, int height);
}
