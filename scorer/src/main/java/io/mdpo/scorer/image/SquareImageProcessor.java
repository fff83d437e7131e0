package io.mdpo.scorer.image;

import com.fasterxml.jackson.databind.JsonNode;
import io.mdpo.scorer.image.Resampling.Span;
import java.util.List;

/**
 * SiglipImageProcessor of Hugging Face behind Bunny's {@code expand2square}: pad to a square with the mean colour, resize
 * bicubically to the tower's side, rescale and normalise.
 */
public final class SquareImageProcessor implements ImageProcessor {
    private static final List<Double> HALF = List.of(0.5, 0.5, 0.5);

    private final int side;
    private final RgbImage.Colour padding;
    private final Normalization normalization;

    /**
     * @param config preprocessor_config.json; a missing setting has SigLIP's default
     * @param side of the square, in pixels
     */
    public SquareImageProcessor(JsonNode config, int side) {
        this.side = side;
        int grey = Normalization.asSample(config.path("image_mean").path(0).asDouble(0.5));
        padding = new RgbImage.Colour(grey, grey, grey);
        normalization = new Normalization(config, HALF, HALF);
    }

    @Override
    public PixelValues process(RgbImage image) {
        int square = Math.max(image.width(), image.height());
        return normalization.whole(Resampling.BICUBIC.resize(
                image,
                Span.middle(image.width(), square, side, side),
                Span.middle(image.height(), square, side, side),
                padding));
    }

    @Override
    public PixelLayout layout(int width, int height) {
        return Normalization.layout(side, side);
    }
}
