package io.mdpo.schemas.image;

import com.twelvemonkeys.imageio.stream.ByteArrayImageInputStream;
import io.mdpo.schemas.RejectionReason;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Locale;
import java.util.Optional;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/**
 * Decodes what somebody else made: to its end, in bounded memory, or not at all. File and header are judged before a
 * pixel is allocated, so a small file that unfolds to gigabytes costs nothing; what a PNG, JPEG or WebP holds beside its pixels,
 * texts and colour profiles among it, the decoders do not see. All services decode with it, because somebody may write to a topic past ingest. Thread-safe.
 */
public final class ImageDecoder {
    static {
        // Process-wide, and wanted so: a service decodes in memory and leaves no temporary files.
        ImageIO.setUseCache(false);
    }

    /** Takes all that any service takes. */
    public static final ImageDecoder WIDEST = new ImageDecoder(EncodedImages.MAX_BYTES, EncodedImages.MAX_PIXELS);

    private final int maxBytes;
    private final long maxPixels;

    /**
     * @param maxBytes of the file
     * @param maxPixels width times height
     */
    public ImageDecoder(int maxBytes, long maxPixels) {
        this.maxBytes = maxBytes;
        this.maxPixels = maxPixels;
    }

    /**
     * The picture as it is stored: not turned upright, in the file's own colour model.
     *
     * @throws RefusedImageException whatever is wrong with the image
     */
    public BufferedImage decode(byte[] encoded) {
        return judge(encoded, true).orElseThrow();
    }

    /**
     * Judges an image by all that can be known without decoding a pixel: its bytes, what no decoder checks, and its header. Such
     * an image may still turn out to be damaged further on.
     *
     * @throws RefusedImageException whatever is wrong with the image
     */
    public void examine(byte[] encoded) {
        if (!JpegSegments.isJpeg(encoded)) {
            var unused = judge(encoded, false);
            return;
        }
        // Most pictures are JPEGs, whose reader takes a hundred times as long to make as the frame header to find.
        judgeFile(encoded);
        var size = JpegSegments.size(encoded).orElseThrow(() -> undecodable("the JPEG ends before its frame header"));
        judge(size.width, size.height);
    }

    private Optional<BufferedImage> judge(byte[] encoded, boolean pixels) {
        judgeFile(encoded);
        // Decoders meet bytes that somebody made up, and answer with all kinds of unchecked exceptions.
        try (var in = new ByteArrayImageInputStream(EncodedImages.pixelsAlone(encoded))) {
            return read(in, pixels);
        } catch (RefusedImageException e) {
            throw e;
        } catch (IOException | RuntimeException | StackOverflowError e) {
            throw undecodable("the image does not decode: "
                    + Optional.ofNullable(e.getMessage()).orElse(e.getClass().getSimpleName()));
        }
    }

    private void judgeFile(byte[] encoded) {
        if (encoded.length > maxBytes) {
            throw new RefusedImageException(
                    RejectionReason.IMAGE_TOO_LARGE,
                    "the image has %d bytes, and at most %d are allowed".formatted(encoded.length, maxBytes));
        }
        EncodedImages.damage(encoded).ifPresent(damage -> {
            throw undecodable(damage);
        });
    }

    private Optional<BufferedImage> read(ImageInputStream in, boolean pixels) throws IOException {
        for (var readers = ImageIO.getImageReaders(in); readers.hasNext(); ) {
            var reader = readers.next();
            try {
                if (EncodedImages.FORMATS.contains(reader.getFormatName().toLowerCase(Locale.ROOT))) {
                    return read(reader, in, pixels);
                }
            } finally {
                reader.dispose();
            }
        }
        throw undecodable("the image is not PNG, JPEG, GIF, BMP or WebP");
    }

    private Optional<BufferedImage> read(ImageReader reader, ImageInputStream in, boolean pixels) throws IOException {
        var warnings = new ArrayList<String>();
        reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning.toLowerCase(Locale.ROOT)));
        reader.setInput(in, true, true);
        judge(reader.getWidth(0), reader.getHeight(0));
        if (!pixels) {
            return Optional.empty();
        }
        var image = reader.read(0);
        // JPEG decoders fill what is missing with grey and merely warn of it.
        if (warnings.stream().anyMatch(text -> text.contains("truncated") || text.contains("premature end"))) {
            throw undecodable("the image ends early");
        }
        return Optional.of(image);
    }

    private void judge(long width, long height) {
        if (width < 1 || height < 1) {
            throw undecodable("the header of the image declares %d x %d pixels".formatted(width, height));
        }
        if (width * height > maxPixels) {
            throw new RefusedImageException(
                    RejectionReason.IMAGE_TOO_MANY_PIXELS,
                    "the image is %d x %d, %d pixels, and at most %d are allowed"
                            .formatted(width, height, width * height, maxPixels));
        }
        if (Math.max(width, height) > EncodedImages.MAX_ASPECT * Math.min(width, height)) {
            throw new RefusedImageException(
                    RejectionReason.IMAGE_TOO_ELONGATED,
                    "the image is %d x %d, and one side may be at most %d times the other"
                            .formatted(width, height, EncodedImages.MAX_ASPECT));
        }
    }

    private static RefusedImageException undecodable(String message) {
        return new RefusedImageException(RejectionReason.UNDECODABLE_IMAGE, message);
    }
}
