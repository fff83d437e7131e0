package io.mdpo.scorer.image;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * Idefics3ImageProcessor of Hugging Face: the image is enlarged to rows and columns of square tiles, and follows once more
 * as one tile. Without splitting, and for an image of one tile, there is only the latter.
 */
public final class TileImageProcessor implements ImageProcessor {
    /** The one tile of an image that is not split. */
    public static final ImageGrid SINGLE = new ImageGrid(0, 0);

    private static final List<Double> HALF = List.of(0.5, 0.5, 0.5);
    private static final int MOST_EDGE = 4096;

    private final boolean splits;
    private final int longestEdge;
    private final int tile;
    private final Normalization normalization;

    public TileImageProcessor(JsonNode config) {
        splits = config.path("do_image_splitting").asBoolean(true);
        longestEdge = config.path("size").path("longest_edge").asInt(4 * 364);
        tile = config.path("max_image_size").path("longest_edge").asInt(364);
        normalization = new Normalization(config, HALF, HALF);
        if (tile < 1 || longestEdge < 1 || tile > MOST_EDGE) {
            throw new IllegalArgumentException(
                    "preprocessor_config.json: longest edges of %d and %d pixels".formatted(longestEdge, tile));
        }
    }

    /** Side of a tile, in pixels. */
    public int tile() {
        return tile;
    }

    @Override
    public PixelValues process(RgbImage original) {
        var size = limited(toLongestEdge(new Size(original.width(), original.height())));
        var image = resize(original, size);
        if (splits) {
            var tiled = wholeTiles(size);
            if (tiled.width() > tile || tiled.height() > tile) {
                return split(resize(image, tiled));
            }
            image = resize(image, tiled);
        }
        return normalization.whole(resize(image, new Size(tile, tile)), layout(SINGLE, 1));
    }

    @Override
    public PixelLayout layout(int width, int height) {
        var tiled = wholeTiles(limited(toLongestEdge(new Size(width, height))));
        int rows = tiled.height() / tile;
        int columns = tiled.width() / tile;
        return splits && (rows > 1 || columns > 1)
                ? layout(new ImageGrid(rows, columns), (long) rows * columns + 1)
                : layout(SINGLE, 1);
    }

    private PixelLayout layout(ImageGrid grid, long pieces) {
        return new PixelLayout(grid, pieces, 3, tile, tile);
    }

    private PixelValues split(RgbImage image) {
        int rows = image.height() / tile;
        int columns = image.width() / tile;
        var layout = layout(new ImageGrid(rows, columns), (long) rows * columns + 1);
        var global = resize(image, new Size(tile, tile));
        return new PixelValues(
                layout, image.bytes().length + global.bytes().length, () -> values(image, global, layout));
    }

    private float[] values(RgbImage image, RgbImage global, PixelLayout layout) {
        int columns = layout.grid().columns();
        int tiles = layout.grid().rows() * columns;
        int values = 3 * tile * tile;
        float[] out = new float[layout.size()];
        for (int i = 0; i < tiles; i++) {
            int left = i % columns * tile;
            int top = i / columns * tile;
            normalization.write(image, left, top, tile, tile, out, i * values);
        }
        normalization.write(global, 0, 0, tile, tile, out, tiles * values);
        return out;
    }

    private static RgbImage resize(RgbImage image, Size size) {
        return Resampling.LANCZOS.resize(image, size.width(), size.height());
    }

    private record Size(int width, int height) {
        double aspect() {
            return (double) width / height;
        }
    }

    /** The longest edge at its size, the other in proportion and even. */
    private Size toLongestEdge(Size size) {
        if (size.width() >= size.height()) {
            return new Size(longestEdge, even((int) (longestEdge / size.aspect())));
        }
        return new Size(even((int) (longestEdge * size.aspect())), longestEdge);
    }

    private static int even(int edge) {
        return Math.max(1, edge + edge % 2);
    }

    private static Size limited(Size size) {
        if (Math.max(size.width(), size.height()) <= MOST_EDGE) {
            return size;
        }
        return size.width() >= size.height()
                ? new Size(MOST_EDGE, Math.max(1, (int) (MOST_EDGE / size.aspect())))
                : new Size(Math.max(1, (int) (MOST_EDGE * size.aspect())), MOST_EDGE);
    }

    /** The next larger size of whole tiles; the longer edge is rounded first, and the other follows it. */
    private Size wholeTiles(Size size) {
        if (size.width() >= size.height()) {
            int width = tiles(size.width());
            return new Size(width, tiles((int) (width / size.aspect())));
        }
        int height = tiles(size.height());
        return new Size(tiles((int) (height * size.aspect())), height);
    }

    private int tiles(int edge) {
        return (Math.max(1, edge) + tile - 1) / tile * tile;
    }
}
