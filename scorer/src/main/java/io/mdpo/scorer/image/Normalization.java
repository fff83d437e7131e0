package io.mdpo.scorer.image;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** From 8-bit samples to what a tower was trained on: {@code (sample * rescale_factor - image_mean) / image_std}. */
public final class Normalization {
    private final float[] scale = new float[3];
    private final float[] shift = new float[3];

    /**
     * @param config preprocessor_config.json
     * @param mean of each channel, where the file has none
     * @param deviation of each channel, where the file has none
     */
    Normalization(JsonNode config, List<Double> mean, List<Double> deviation) {
        double factor = config.path("do_rescale").asBoolean(true)
                ? config.path("rescale_factor").asDouble(1 / 255.0)
                : 1;
        boolean normalise = config.path("do_normalize").asBoolean(true);
        for (int c = 0; c < 3; c++) {
            double m = normalise ? config.path("image_mean").path(c).asDouble(mean.get(c)) : 0;
            double d = normalise ? config.path("image_std").path(c).asDouble(deviation.get(c)) : 1;
            scale[c] = (float) (factor / d);
            shift[c] = (float) (-m / d);
        }
    }

    /** The mean colour as an 8-bit sample, rounded down as the reference does; padding has it. */
    static int asSample(double mean) {
        return (int) (mean * 255);
    }

    float apply(int sample, int channel) {
        return sample * scale[channel] + shift[channel];
    }

    /** Writes a rectangle of an image channel first, (3, height, width), from {@code offset} on. */
    void write(RgbImage image, int left, int top, int width, int height, float[] out, int offset) {
        int i = offset;
        for (int c = 0; c < 3; c++) {
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                    out[i++] = apply(image.sample(left + x, top + y, c), c);
                }
            }
        }
    }

    static PixelLayout layout(int width, int height) {
        return new PixelLayout(ImageGrid.WHOLE, 1, 3, height, width);
    }

    /** A whole image as one piece, (1, 3, height, width). */
    PixelValues whole(RgbImage image) {
        return whole(image, layout(image.width(), image.height()));
    }

    PixelValues whole(RgbImage image, PixelLayout layout) {
        return new PixelValues(layout, image.bytes().length, () -> {
            float[] values = new float[layout.size()];
            write(image, 0, 0, image.width(), image.height(), values, 0);
            return values;
        });
    }
}
