package io.mdpo.ops.imports.rows;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;

/** A file with a JSON object a line. A line that is none spoils no other. */
final class JsonLines implements Rows {
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private final Path file;
    private final InputStream in;
    private final byte[] buffer = new byte[1 << 16];
    private int from;
    private int to;
    private long bytes;
    private long line;
    private byte[] text = new byte[1 << 16];
    private int length;
    private boolean tooLong;

    JsonLines(Path file, long first) throws IOException {
        this.file = file;
        this.in = Files.newInputStream(file);
        while (line + 1 < first && readLine()) {
            line++;
        }
    }

    @Override
    public Optional<Row> next() throws IOException {
        while (readLine()) {
            line++;
            int start = startsWithMark() ? BYTE_ORDER_MARK.length : 0;
            if (tooLong || !isBlank(start)) {
                return Optional.of(row(start));
            }
        }
        return Optional.empty();
    }

    private Row row(int start) throws IOException {
        var place = new Place(file, line, OptionalLong.of(line));
        if (tooLong) {
            return new Row.Unreadable(
                    place, "the line has more than %d bytes, and no record takes as much".formatted(MAX_ROW_BYTES));
        }
        try {
            return Json.row(place, Json.WHOLE.readTree(text, start, length - start));
        } catch (JsonProcessingException e) {
            return new Row.Unreadable(place, Json.sentence(e));
        }
    }

    private boolean startsWithMark() {
        return line == 1
                && length >= BYTE_ORDER_MARK.length
                && Arrays.equals(text, 0, BYTE_ORDER_MARK.length, BYTE_ORDER_MARK, 0, BYTE_ORDER_MARK.length);
    }

    private boolean isBlank(int start) {
        for (int i = start; i < length; i++) {
            if (text[i] != ' ' && text[i] != '\t' && text[i] != '\r') {
                return false;
            }
        }
        return true;
    }

    /** Reads a line into {@code text}, or so much of it as a row may have; false at the end of the file. */
    private boolean readLine() throws IOException {
        length = 0;
        tooLong = false;
        boolean any = false;
        while (fill()) {
            any = true;
            int end = from;
            while (end < to && buffer[end] != '\n') {
                end++;
            }
            keep(from, end);
            bytes += end - from;
            from = end;
            if (end < to) {
                from++;
                bytes++;
                return true;
            }
        }
        return any;
    }

    private boolean fill() throws IOException {
        if (from == to) {
            from = 0;
            to = Math.max(0, in.read(buffer));
        }
        return to > 0;
    }

    private void keep(int start, int end) {
        int more = end - start;
        if (tooLong || more > MAX_ROW_BYTES - length) {
            tooLong = true;
            return;
        }
        if (length + more > text.length) {
            text = Arrays.copyOf(text, Math.min(MAX_ROW_BYTES, Math.max(2 * text.length, length + more)));
        }
        System.arraycopy(buffer, start, text, length, more);
        length += more;
    }

    @Override
    public long bytesRead() {
        return bytes;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
