package io.mdpo.scorer.image;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * Qwen2VLImageProcessor of Hugging Face: sides resized to multiples of a merged patch within a budget of pixels, then cut
 * into patches, merged square after merged square. A still image is two equal frames.
 */
public final class QwenImageProcessor implements ImageProcessor {
    private static final List<Double> MEAN = List.of(0.48145466, 0.4578275, 0.40821073);
    private static final List<Double> DEVIATION = List.of(0.26862954, 0.26130258, 0.27577711);
    private static final int MOST_ASPECT = 200;

    private final int patch;
    private final int merge;
    private final int frames;
    private final long minPixels;
    private final long maxPixels;
    private final Normalization normalization;

    public QwenImageProcessor(JsonNode config) {
        patch = config.path("patch_size").asInt(14);
        merge = config.path("merge_size").asInt(2);
        frames = config.path("temporal_patch_size").asInt(2);
        var size = config.path("size");
        minPixels = config.path("min_pixels").asLong(size.path("shortest_edge").asLong(56 * 56));
        maxPixels = config.path("max_pixels").asLong(size.path("longest_edge").asLong(28 * 28 * 1280));
        normalization = new Normalization(config, MEAN, DEVIATION);
        if (patch < 1 || merge < 1 || frames < 1 || minPixels > maxPixels || maxPixels > 1L << 28) {
            throw new IllegalArgumentException(
                    "preprocessor_config.json: patch_size %d, merge_size %d, temporal_patch_size %d, %d to %d pixels"
                            .formatted(patch, merge, frames, minPixels, maxPixels));
        }
    }

    @Override
    public PixelValues process(RgbImage image) {
        var size = smartSize(image.width(), image.height());
        var resized = Resampling.BICUBIC.resize(image, size.width(), size.height());
        var layout = layout(size);
        return new PixelValues(layout, resized.bytes().length, () -> values(resized, layout));
    }

    private float[] values(RgbImage resized, PixelLayout layout) {
        int rows = layout.grid().rows();
        int columns = layout.grid().columns();
        int values = 3 * frames * patch * patch;
        float[] out = new float[layout.size()];
        int i = 0;
        for (int squareTop = 0; squareTop < rows; squareTop += merge) {
            for (int squareLeft = 0; squareLeft < columns; squareLeft += merge) {
                for (int row = squareTop; row < squareTop + merge; row++) {
                    for (int column = squareLeft; column < squareLeft + merge; column++) {
                        writePatch(resized, column * patch, row * patch, out, i);
                        i += values;
                    }
                }
            }
        }
        return out;
    }

    @Override
    public PixelLayout layout(int width, int height) {
        return layout(smartSize(width, height));
    }

    private PixelLayout layout(Size size) {
        int rows = size.height() / patch;
        int columns = size.width() / patch;
        return new PixelLayout(new ImageGrid(rows, columns), (long) rows * columns, 3L * frames * patch * patch);
    }

    /** One patch, (channel, frame, row, column). */
    private void writePatch(RgbImage image, int left, int top, float[] out, int offset) {
        int i = offset;
        for (int c = 0; c < 3; c++) {
            for (int frame = 0; frame < frames; frame++) {
                for (int y = 0; y < patch; y++) {
                    for (int x = 0; x < patch; x++) {
                        out[i++] = normalization.apply(image.sample(left + x, top + y, c), c);
                    }
                }
            }
        }
    }

    private record Size(int width, int height) {}

    /** The reference's {@code smart_resize}; it rounds halves to even. */
    private Size smartSize(int width, int height) {
        if (Math.max(width, height) > MOST_ASPECT * Math.min(width, height)) {
            throw new IllegalArgumentException("an image of %d x %d pixels; one side may be %d times the other"
                    .formatted(width, height, MOST_ASPECT));
        }
        int factor = patch * merge;
        long h = (long) Math.rint((double) height / factor) * factor;
        long w = (long) Math.rint((double) width / factor) * factor;
        double area = (double) height * width;
        if (h * w > maxPixels) {
            double shrink = Math.sqrt(area / maxPixels);
            h = Math.max(factor, (long) Math.floor(height / shrink / factor) * factor);
            w = Math.max(factor, (long) Math.floor(width / shrink / factor) * factor);
        } else if (h * w < minPixels) {
            double grow = Math.sqrt(minPixels / area);
            h = (long) Math.ceil(height * grow / factor) * factor;
            w = (long) Math.ceil(width * grow / factor) * factor;
        } else {
            // A thin side rounds to nothing where the settings allow so few pixels.
            h = Math.max(factor, h);
            w = Math.max(factor, w);
        }
        return new Size(Math.toIntExact(w), Math.toIntExact(h));
    }
}
