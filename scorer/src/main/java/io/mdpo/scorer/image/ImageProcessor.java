package io.mdpo.scorer.image;

/** Turns a decoded image into the pixel values of one model family, as its Hugging Face processor does. Thread-safe. */
public interface ImageProcessor {
    PixelValues process(RgbImage image);
}
