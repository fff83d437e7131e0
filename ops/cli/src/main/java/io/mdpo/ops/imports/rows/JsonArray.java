package io.mdpo.ops.imports.rows;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/** A file that is one JSON array of objects. What follows a syntax error cannot be told apart any more. */
final class JsonArray implements Rows {
    private final Path file;
    private final Allowance in;
    private final JsonParser parser;
    private long row;
    private boolean ended;

    JsonArray(Path file, long first) throws IOException {
        this.file = file;
        this.in = new Allowance(Files.newInputStream(file));
        this.parser = Json.MAPPER.getFactory().createParser(in);
        parser.nextToken(); // the array's start, by which this kind of file was recognised
        try {
            while (row + 1 < first && advance()) {
                parser.skipChildren();
            }
        } catch (JsonProcessingException | RowTooLongException e) {
            ended = true; // the rows before the first one wanted have been complained of before
        }
    }

    private boolean advance() throws IOException {
        in.renew();
        var token = parser.nextToken();
        if (token == null || token == JsonToken.END_ARRAY) {
            ended = true;
            return false;
        }
        row++;
        return true;
    }

    @Override
    public Optional<Row> next() throws IOException {
        try {
            if (ended || !advance()) {
                return Optional.empty();
            }
            var place = place();
            JsonNode value = parser.readValueAsTree();
            return Optional.of(Json.row(place, value));
        } catch (JsonProcessingException e) {
            return Optional.of(end(Json.sentence(e)));
        } catch (RowTooLongException e) {
            return Optional.of(end("it has more than %d bytes, and no record takes as much".formatted(MAX_ROW_BYTES)));
        }
    }

    private Row end(String why) {
        ended = true;
        return new Row.Unreadable(place(), why + "; the rest of the file cannot be read");
    }

    private Place place() {
        return new Place(
                file, row, OptionalLong.of(parser.currentTokenLocation().getLineNr()));
    }

    @Override
    public long bytesRead() {
        return parser.currentLocation().getByteOffset();
    }

    @Override
    public void close() throws IOException {
        parser.close();
        in.close();
    }

    private static final class RowTooLongException extends IOException {
        private static final long serialVersionUID = 1;
    }

    /** Ends a row that takes more of the file than a row may, before all of it is in memory. */
    private static final class Allowance extends FilterInputStream {
        private long left = MAX_ROW_BYTES;

        Allowance(InputStream in) {
            super(in);
        }

        void renew() {
            left = MAX_ROW_BYTES;
        }

        @Override
        public int read() throws IOException {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int read = super.read(bytes, offset, length);
            left -= Math.max(0, read);
            if (left < 0) {
                throw new RowTooLongException();
            }
            return read;
        }
    }
}
