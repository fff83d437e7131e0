package io.mdpo.ops.rejected;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Text of strangers on a terminal: one line, without control sequences, and without the marks that turn the direction of
 * writing.
 */
public final class Printable {
    private static final int MAX_CHARS = 2_000;

    private Printable() {}

    /** The text with everything escaped that is more than a glyph, and cut if it is very long. */
    public static String text(String text) {
        var shown = new StringBuilder();
        text.codePoints().limit(MAX_CHARS).forEach(c -> {
            switch (Character.getType(c)) {
                case Character.CONTROL,
                        Character.FORMAT,
                        Character.SURROGATE,
                        Character.PRIVATE_USE,
                        Character.UNASSIGNED,
                        Character.LINE_SEPARATOR,
                        Character.PARAGRAPH_SEPARATOR -> shown.append(escape(c));
                default -> shown.appendCodePoint(c);
            }
        });
        long left = text.codePoints().skip(MAX_CHARS).count();
        return left == 0 ? shown.toString() : shown + " ... and %d characters more".formatted(left);
    }

    /** Bytes as text where they are UTF-8, in hexadecimal digits where they are not. */
    public static String bytes(byte @Nullable [] bytes) {
        if (bytes == null) {
            return "null";
        }
        try {
            return text(UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
        } catch (CharacterCodingException e) {
            return "0x" + text(HexFormat.of().formatHex(bytes, 0, Math.min(bytes.length, MAX_CHARS)));
        }
    }

    private static String escape(int c) {
        return switch (c) {
            case '\n' -> "\\n";
            case '\r' -> "\\r";
            case '\t' -> "\\t";
            default -> c < 0x10000 ? "\\u%04x".formatted(c) : "\\u{%x}".formatted(c);
        };
    }
}
