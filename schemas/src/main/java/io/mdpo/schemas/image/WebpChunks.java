package io.mdpo.schemas.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/**
 * Walks the chunks of a WebP file (a RIFF container of four letters, length, data). The decoder reads zeros past the end,
 * and where a VP8X chunk stands first it believes that chunk's size and allocates the size of the pixels' own chunk: the
 * one may be small and the other a bomb.
 */
final class WebpChunks {
    private static final int RIFF = 0x52494646;
    private static final int FILE_HEADER = 12;
    private static final int CHUNK_HEADER = 8;

    /** Before the chunks of a frame in an animation: its place, size, duration and flags. */
    private static final int FRAME_HEADER = 16;

    private static final String FRAME = "ANMF";
    private static final String CANVAS = "VP8X";

    /** What a file may hold beside its pixels, and the canvas's flags of them. */
    private static final Set<String> BESIDE = Set.of("ICCP", "EXIF", "XMP ");

    private static final int BESIDE_FLAGS = 0x20 | 0x08 | 0x04;

    private final ByteBuffer webp;
    private Optional<Size> canvas = Optional.empty();

    private WebpChunks(byte[] webp) {
        this.webp = ByteBuffer.wrap(webp).order(ByteOrder.LITTLE_ENDIAN);
    }

    private record Size(int width, int height) {
        boolean fitsInto(Size canvas) {
            return width <= canvas.width && height <= canvas.height;
        }
    }

    static boolean isRiff(byte[] bytes) {
        return bytes.length >= CHUNK_HEADER && ByteBuffer.wrap(bytes).getInt() == RIFF;
    }

    /** What is wrong, if anything is. */
    static Optional<String> damage(byte[] webp) {
        return new WebpChunks(webp).damage();
    }

    /** The data of the EXIF chunk, as far as the file's chunks are whole. */
    static Optional<ByteBuffer> exif(byte[] file) {
        var chunks = new WebpChunks(file);
        int at = FILE_HEADER;
        while (chunks.isWhole(at, file.length)) {
            if (chunks.name(at).equals("EXIF")) {
                return Optional.of(chunks.webp.slice(at + CHUNK_HEADER, chunks.length(at)));
            }
            at = chunks.next(at);
        }
        return Optional.empty();
    }

    /** The file without colour profile and metadata, and without the flags that announce them. */
    static byte[] pixelsAlone(byte[] file) {
        var chunks = new WebpChunks(file);
        var out =
                ByteBuffer.allocate(file.length).order(ByteOrder.LITTLE_ENDIAN).put(file, 0, FILE_HEADER);
        int at = FILE_HEADER;
        while (chunks.isWhole(at, file.length)) {
            int end = Math.min(chunks.next(at), file.length);
            var name = chunks.name(at);
            if (name.equals(CANVAS) && chunks.length(at) > 0) {
                int flags = out.position() + CHUNK_HEADER;
                out.put(file, at, end - at).put(flags, (byte) (out.get(flags) & ~BESIDE_FLAGS));
            } else if (!BESIDE.contains(name)) {
                out.put(file, at, end - at);
            }
            at = end;
        }
        out.putInt(4, out.position() - 8);
        return Arrays.copyOf(out.array(), out.position());
    }

    private Optional<String> damage() {
        long declared = 8 + Integer.toUnsignedLong(webp.getInt(4));
        if (declared > webp.limit()) {
            return Optional.of("the WebP ends after %d of %d bytes".formatted(webp.limit(), declared));
        }
        int frameEnd = 0;
        int afterFrame = 0;
        int at = FILE_HEADER;
        while (webp.limit() - at >= CHUNK_HEADER) {
            boolean inFrame = at < frameEnd;
            int end = inFrame ? frameEnd : webp.limit();
            if (!isWhole(at, end)) {
                return Optional.of("a WebP chunk claims %d bytes, and %d are left"
                        .formatted(Integer.toUnsignedLong(webp.getInt(at + 4)), end - at - CHUNK_HEADER));
            }
            if (name(at).equals(FRAME) && length(at) >= FRAME_HEADER) {
                if (inFrame) {
                    return Optional.of("the WebP has a frame nested in a frame");
                }
                frameEnd = at + CHUNK_HEADER + length(at);
                afterFrame = next(at);
                at += CHUNK_HEADER + FRAME_HEADER;
            } else {
                var bomb = bomb(size(name(at), at + CHUNK_HEADER, length(at)));
                if (bomb.isPresent()) {
                    return bomb;
                }
                at = next(at);
            }
            // Where no chunk fits any more the frame is over.
            at = at < afterFrame && frameEnd - at < CHUNK_HEADER ? afterFrame : at;
        }
        return Optional.empty();
    }

    private Optional<String> bomb(Optional<Size> size) {
        if (size.isPresent() && canvas.isPresent() && !size.get().fitsInto(canvas.get())) {
            return Optional.of("the WebP declares %d x %d pixels and holds %d x %d"
                    .formatted(canvas.get().width, canvas.get().height, size.get().width, size.get().height));
        }
        canvas = canvas.or(() -> size);
        return Optional.empty();
    }

    private Optional<Size> size(String name, int data, int length) {
        if (name.equals(CANVAS) && length >= 10) {
            return Optional.of(new Size(1 + uint24(data + 4), 1 + uint24(data + 7)));
        } else if (name.equals("VP8L") && length >= 5) {
            int bits = webp.getInt(data + 1);
            return Optional.of(new Size(1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)));
        } else if (name.equals("VP8 ") && length >= 10) {
            return Optional.of(new Size(webp.getShort(data + 6) & 0x3FFF, webp.getShort(data + 8) & 0x3FFF));
        }
        return Optional.empty();
    }

    private boolean isWhole(int at, int end) {
        return end - at >= CHUNK_HEADER && Integer.toUnsignedLong(webp.getInt(at + 4)) <= end - at - CHUNK_HEADER;
    }

    private int length(int at) {
        return webp.getInt(at + 4);
    }

    /** Where the next chunk begins: at an even place. */
    private int next(int at) {
        return at + CHUNK_HEADER + length(at) + (length(at) & 1);
    }

    private int uint24(int at) {
        return Short.toUnsignedInt(webp.getShort(at)) | Byte.toUnsignedInt(webp.get(at + 2)) << 16;
    }

    private String name(int at) {
        return new String(webp.array(), at, 4, ISO_8859_1);
    }
}
