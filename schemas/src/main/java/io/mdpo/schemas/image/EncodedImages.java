package io.mdpo.schemas.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.Set;

/** What must hold of an encoded image, and no decoder checks: that it is all there, and no bomb of a kind of its own. */
public final class EncodedImages {
    /** Largest file, in bytes: a record holds it with its texts. */
    public static final int MAX_BYTES = 16 << 20;

    /** Most pixels that any service decodes; ingest may be told to take fewer. Decoded, they take some 500 MB. */
    public static final long MAX_PIXELS = 50_000_000;

    /**
     * How many times longer than the other a side may be. Qwen2.5-VL's own processor refuses more, and a picture of more
     * shows nothing to a vision tower: scaled to one short side it would have millions of pixels, to a long one none.
     */
    public static final int MAX_ASPECT = 200;

    /** Formats, by the names that ImageIO's readers give them in lower case. */
    public static final Set<String> FORMATS = Set.of("png", "jpeg", "gif", "bmp", "webp");

    private static final int BMP_START = 0x424D;

    /** Where a bitmap says how it is compressed: from 3 on it is a JPEG or PNG of any size, or what no decoder knows. */
    private static final int BMP_COMPRESSION = 14 + 16;

    private static final int BMP_BIT_FIELDS = 3;

    private EncodedImages() {}

    /** What is wrong, if anything is. A format that is not known here is left to the decoders. */
    public static Optional<String> damage(byte[] image) {
        if (PngChunks.isPng(image)) {
            return PngChunks.damage(image);
        } else if (JpegSegments.isJpeg(image)) {
            return JpegSegments.damage(image);
        } else if (WebpChunks.isRiff(image)) {
            return WebpChunks.damage(image);
        } else if (isBitmap(image)) {
            return imageInABitmap(ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN));
        }
        return UnreadFormats.name(image)
                .map(name -> "the image is %s, which is not read: convert it to JPEG, PNG or WebP".formatted(name));
    }

    /**
     * The TIFF structure in which an image notes how the camera was held, where it has one: found by walking the file's
     * outermost parts, without inflating any. The buffer is a view.
     */
    public static Optional<ByteBuffer> exif(byte[] image) {
        if (PngChunks.isPng(image)) {
            return PngChunks.exif(image);
        }
        if (JpegSegments.isJpeg(image)) {
            return JpegSegments.exif(image);
        }
        return WebpChunks.isRiff(image) ? WebpChunks.exif(image) : Optional.empty();
    }

    /**
     * A sound image without what does not decide its samples: no text for a decoder to inflate, and no colour profile for it
     * to follow, which those do not who trained the models.
     */
    static byte[] pixelsAlone(byte[] image) {
        if (PngChunks.isPng(image)) {
            return PngChunks.pixelsAlone(image);
        }
        if (JpegSegments.isJpeg(image)) {
            return JpegSegments.pixelsAlone(image);
        }
        return WebpChunks.isRiff(image) ? WebpChunks.pixelsAlone(image) : image;
    }

    private static boolean isBitmap(byte[] image) {
        return image.length >= BMP_COMPRESSION + Integer.BYTES
                && ByteBuffer.wrap(image).getShort() == BMP_START;
    }

    /** The JDK's decoder allocates what such a bitmap claims to hold, and decodes it whatever its size. */
    private static Optional<String> imageInABitmap(ByteBuffer bmp) {
        boolean old = bmp.getInt(14) < 40; // a header of OS/2 has no such field
        int compression = bmp.getInt(BMP_COMPRESSION);
        return old || (compression >= 0 && compression <= BMP_BIT_FIELDS)
                ? Optional.empty()
                : Optional.of("the BMP holds an image of another format");
    }
}
