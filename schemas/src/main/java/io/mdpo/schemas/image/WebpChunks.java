package io.mdpo.schemas.image;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Walks the chunks of a WebP file (a RIFF container of four letters, length, data). The decoder reads zeros past the end,
 * and where a VP8X chunk stands first it believes that chunk's size and allocates the size of the pixels' own chunk: the
 * one may be small and the other a bomb.
 */
final class WebpChunks {
    private static final int FILE_HEADER = 12;
    private static final int CHUNK_HEADER = 8;

    /** Before the chunks of a frame in an animation: its place, size, duration and flags. */
    private static final int FRAME_HEADER = 16;

    private WebpChunks() {}

    /** What is wrong, if anything is. The buffer is little-endian. */
    static Optional<String> damage(ByteBuffer webp) {
        long declared = 8 + Integer.toUnsignedLong(webp.getInt(4));
        if (declared > webp.limit()) {
            return Optional.of("the WebP ends after %d of %d bytes".formatted(webp.limit(), declared));
        }
        return new Walk(webp).damage();
    }

    private record Size(int width, int height) {
        boolean fitsInto(Size canvas) {
            return width <= canvas.width && height <= canvas.height;
        }
    }

    private static final class Walk {
        private final ByteBuffer webp;
        private Optional<Size> canvas = Optional.empty();

        Walk(ByteBuffer webp) {
            this.webp = webp;
        }

        Optional<String> damage() {
            return chunks(FILE_HEADER, webp.limit());
        }

        private Optional<String> chunks(int from, int to) {
            int at = from;
            while (to - at >= CHUNK_HEADER) {
                long length = Integer.toUnsignedLong(webp.getInt(at + 4));
                if (length > to - at - CHUNK_HEADER) {
                    return Optional.of(
                            "a WebP chunk claims %d bytes, and %d are left".formatted(length, to - at - CHUNK_HEADER));
                }
                var damage = chunk(name(at), at + CHUNK_HEADER, (int) length);
                if (damage.isPresent()) {
                    return damage;
                }
                at += CHUNK_HEADER + (int) length + ((int) length & 1);
            }
            return Optional.empty();
        }

        private Optional<String> chunk(String name, int data, int length) {
            if (name.equals("ANMF") && length >= FRAME_HEADER) {
                return chunks(data + FRAME_HEADER, data + length);
            }
            var size = size(name, data, length);
            if (size.isPresent() && canvas.isPresent() && !size.get().fitsInto(canvas.get())) {
                return Optional.of("the WebP declares %d x %d pixels and holds %d x %d"
                        .formatted(canvas.get().width, canvas.get().height, size.get().width, size.get().height));
            }
            canvas = canvas.or(() -> size);
            return Optional.empty();
        }

        private Optional<Size> size(String name, int data, int length) {
            if (name.equals("VP8X") && length >= 10) {
                return Optional.of(new Size(1 + uint24(data + 4), 1 + uint24(data + 7)));
            } else if (name.equals("VP8L") && length >= 5) {
                int bits = webp.getInt(data + 1);
                return Optional.of(new Size(1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)));
            } else if (name.equals("VP8 ") && length >= 10) {
                return Optional.of(new Size(webp.getShort(data + 6) & 0x3FFF, webp.getShort(data + 8) & 0x3FFF));
            }
            return Optional.empty();
        }

        private int uint24(int at) {
            return Short.toUnsignedInt(webp.getShort(at)) | Byte.toUnsignedInt(webp.get(at + 2)) << 16;
        }

        private String name(int at) {
            var name = new StringBuilder();
            for (int i = 0; i < 4; i++) {
                name.append((char) webp.get(at + i));
            }
            return name.toString();
        }
    }
}
