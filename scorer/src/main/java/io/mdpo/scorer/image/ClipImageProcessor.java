package io.mdpo.scorer.image;

import com.fasterxml.jackson.databind.JsonNode;
import io.mdpo.scorer.image.Resampling.Span;
import java.util.List;

/**
 * CLIPImageProcessor and LlavaImageProcessor of Hugging Face: the latter's {@code do_pad} first pads to a square with the
 * mean colour; then the shortest edge is resized bicubically, the central square cut, rescaled and normalised. Settings
 * come from {@code preprocessor_config.json}; a missing one takes those classes' default.
 */
public final class ClipImageProcessor implements ImageProcessor {
    private static final List<Double> MEAN = List.of(0.48145466, 0.4578275, 0.40821073);
    private static final List<Double> DEVIATION = List.of(0.26862954, 0.26130258, 0.27577711);

    private final boolean pad;
    private final RgbImage.Colour padding;
    private final int shortestEdge;
    private final int side;
    private final Normalization normalization;

    public ClipImageProcessor(JsonNode config) {
        pad = config.path("do_pad").asBoolean(false);
        padding = new RgbImage.Colour(padding(config, 0), padding(config, 1), padding(config, 2));
        shortestEdge = edge(config.path("size"), "shortest_edge");
        side = config.path("do_center_crop").asBoolean(true) ? edge(config.path("crop_size"), "height") : shortestEdge;
        if (shortestEdge < side) {
            throw new IllegalArgumentException(
                    "preprocessor_config.json: shortest_edge %d is below crop_size %d".formatted(shortestEdge, side));
        }
        normalization = new Normalization(config, MEAN, DEVIATION);
    }

    private static int padding(JsonNode config, int channel) {
        return Normalization.asSample(config.path("image_mean").path(channel).asDouble(MEAN.get(channel)));
    }

    private static int edge(JsonNode size, String key) {
        int edge = size.isInt() ? size.asInt() : size.path(key).asInt(224);
        if (edge < 1 || edge > 4096) {
            throw new IllegalArgumentException("preprocessor_config.json: an image side of %d pixels".formatted(edge));
        }
        return edge;
    }

    /** Side of the square that it makes, in pixels. */
    public int side() {
        return side;
    }

    @Override
    public PixelValues process(RgbImage original) {
        int square = Math.max(original.width(), original.height());
        int paddedWidth = pad ? square : original.width();
        int paddedHeight = pad ? square : original.height();
        boolean portrait = paddedWidth <= paddedHeight;
        int longEdge = Math.toIntExact(
                (long) shortestEdge * Math.max(paddedWidth, paddedHeight) / Math.min(paddedWidth, paddedHeight));
        var horizontal = Span.middle(original.width(), paddedWidth, portrait ? shortestEdge : longEdge, side);
        var vertical = Span.middle(original.height(), paddedHeight, portrait ? longEdge : shortestEdge, side);
        return normalization.whole(Resampling.BICUBIC.resize(original, horizontal, vertical, padding));
    }

    @Override
    public PixelLayout layout(int width, int height) {
        return Normalization.layout(side, side);
    }
}
