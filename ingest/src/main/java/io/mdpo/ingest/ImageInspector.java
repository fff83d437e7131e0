package io.mdpo.ingest;

import com.twelvemonkeys.imageio.stream.ByteArrayImageInputStream;
import io.mdpo.schemas.RejectionReason;
import io.mdpo.schemas.image.EncodedImages;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Locale;
import java.util.Optional;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/**
 * Proves that an image can be learned from: it is small enough, its header declares few enough pixels, and it decodes
 * to its end. The header is judged before a single pixel is allocated, so a small file that unfolds to gigabytes costs
 * nothing.
 */
final class ImageInspector {
    static {
        // Process-wide, and wanted so: a service decodes in memory and leaves no temporary files.
        ImageIO.setUseCache(false);
    }

    private final int maxBytes;
    private final long maxPixels;

    ImageInspector(int maxBytes, long maxPixels) {
        this.maxBytes = maxBytes;
        this.maxPixels = maxPixels;
    }

    /** Hands the image on if it is good. The buffer's position does not move. */
    Outcome<ByteBuffer> inspect(ByteBuffer image) {
        if (image.remaining() > maxBytes) {
            return Outcome.refused(
                    RejectionReason.IMAGE_TOO_LARGE,
                    "the image has %d bytes, and at most %d are allowed".formatted(image.remaining(), maxBytes));
        }
        var bytes = new byte[image.remaining()];
        image.duplicate().get(bytes);
        var damage = EncodedImages.damage(bytes);
        if (damage.isPresent()) {
            return undecodable(damage.get());
        }
        // Decoders meet bytes that somebody made up, and answer with all kinds of unchecked exceptions.
        try (var in = new ByteArrayImageInputStream(bytes)) {
            return decode(in).then(decoded -> Outcome.accepted(image));
        } catch (IOException | RuntimeException e) {
            return undecodable("the image does not decode: "
                    + Optional.ofNullable(e.getMessage()).orElse(e.getClass().getSimpleName()));
        }
    }

    private Outcome<ImageReader> decode(ImageInputStream in) throws IOException {
        var reader = readerFor(in);
        if (reader.isEmpty()) {
            return undecodable("the image is not PNG, JPEG, GIF, BMP or WebP");
        }
        try {
            return decode(reader.get(), in);
        } finally {
            reader.get().dispose();
        }
    }

    private Outcome<ImageReader> decode(ImageReader reader, ImageInputStream in) throws IOException {
        var warnings = new ArrayList<String>();
        reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning.toLowerCase(Locale.ROOT)));
        reader.setInput(in, true, true);
        long width = reader.getWidth(0);
        long height = reader.getHeight(0);
        if (width < 1 || height < 1) {
            return undecodable("the header of the image declares %d x %d pixels".formatted(width, height));
        }
        if (width * height > maxPixels) {
            return Outcome.refused(
                    RejectionReason.IMAGE_TOO_MANY_PIXELS,
                    "the image is %d x %d, %d pixels, and at most %d are allowed"
                            .formatted(width, height, width * height, maxPixels));
        }
        reader.read(0).flush();
        // JPEG decoders fill what is missing with grey and merely warn of it.
        if (warnings.stream().anyMatch(text -> text.contains("truncated") || text.contains("premature end"))) {
            return undecodable("the image ends early");
        }
        return Outcome.accepted(reader);
    }

    private static Optional<ImageReader> readerFor(ImageInputStream in) throws IOException {
        for (var readers = ImageIO.getImageReaders(in); readers.hasNext(); ) {
            var reader = readers.next();
            if (EncodedImages.FORMATS.contains(reader.getFormatName().toLowerCase(Locale.ROOT))) {
                return Optional.of(reader);
            }
            reader.dispose();
        }
        return Optional.empty();
    }

    private static <T> Outcome<T> undecodable(String message) {
        return Outcome.refused(RejectionReason.UNDECODABLE_IMAGE, message);
    }
}
