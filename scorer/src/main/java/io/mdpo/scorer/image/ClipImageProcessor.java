package io.mdpo.scorer.image;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * CLIPImageProcessor of Hugging Face: resize the shortest edge bicubically, cut the central square, rescale, normalise.
 * Settings come from {@code preprocessor_config.json}; a missing one takes that class's default.
 */
public final class ClipImageProcessor implements ImageProcessor {
    private final int shortestEdge;
    private final int side;
    private final float[] scale = new float[3];
    private final float[] shift = new float[3];

    public ClipImageProcessor(JsonNode config) {
        shortestEdge = edge(config.path("size"), "shortest_edge");
        side = edge(config.path("crop_size"), "height");
        if (shortestEdge < side) {
            throw new IllegalArgumentException(
                    "preprocessor_config.json: shortest_edge %d is below crop_size %d".formatted(shortestEdge, side));
        }
        double[] mean = {0.48145466, 0.4578275, 0.40821073};
        double[] deviation = {0.26862954, 0.26130258, 0.27577711};
        double factor = config.path("rescale_factor").asDouble(1 / 255.0);
        for (int c = 0; c < 3; c++) {
            double m = config.path("image_mean").path(c).asDouble(mean[c]);
            double d = config.path("image_std").path(c).asDouble(deviation[c]);
            scale[c] = (float) (factor / d);
            shift[c] = (float) (-m / d);
        }
    }

    private static int edge(JsonNode size, String key) {
        int edge = size.isInt() ? size.asInt() : size.path(key).asInt(224);
        if (edge < 1 || edge > 4096) {
            throw new IllegalArgumentException("preprocessor_config.json: an image side of %d pixels".formatted(edge));
        }
        return edge;
    }

    @Override
    public int side() {
        return side;
    }

    @Override
    public float[] pixelValues(RgbImage image) {
        double ratio = (double) shortestEdge / Math.min(image.width(), image.height());
        int width = image.width() <= image.height() ? shortestEdge : (int) (image.width() * ratio);
        int height = image.width() <= image.height() ? (int) (image.height() * ratio) : shortestEdge;
        var resized = Resampling.BICUBIC.resize(image, width, height);
        int left = (width - side) / 2;
        int top = (height - side) / 2;
        float[] pixels = new float[3 * side * side];
        int i = 0;
        for (int c = 0; c < 3; c++) {
            for (int y = 0; y < side; y++) {
                for (int x = 0; x < side; x++) {
                    pixels[i++] = resized.sample(left + x, top + y, c) * scale[c] + shift[c];
                }
            }
        }
        return pixels;
    }
}
