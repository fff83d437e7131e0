package io.mdpo.ingest.image;

import io.mdpo.ingest.outcome.Outcome;
import io.mdpo.schemas.image.ImageDecoder;
import io.mdpo.schemas.image.RefusedImageException;
import java.nio.ByteBuffer;

/** Proves that an image can be learned from: it decodes to its end, and is no larger than ingest was told. */
public final class ImageInspector {
    private final ImageDecoder decoder;

    public ImageInspector(int maxBytes, long maxPixels) {
        decoder = new ImageDecoder(maxBytes, maxPixels);
    }

    /** How a good image looks, see {@link PerceptualHash}. The buffer's position does not move. */
    public Outcome<Long> inspect(ByteBuffer image) {
        var bytes = new byte[image.remaining()];
        image.duplicate().get(bytes);
        try {
            var decoded = decoder.decode(bytes);
            long look = PerceptualHash.of(decoded);
            decoded.flush();
            return Outcome.accepted(look);
        } catch (RefusedImageException e) {
            return Outcome.refused(e.reason(), String.valueOf(e.getMessage()));
        }
    }
}
