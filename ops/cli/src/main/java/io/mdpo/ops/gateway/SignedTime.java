package io.mdpo.ops.gateway;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.util.ByteBufferBackedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;

/** The time in the body of a webhook. Nobody has vouched for the body yet, so no more of it is read than leads there. */
final class SignedTime {
    private static final JsonFactory JSON = new JsonFactory();

    private SignedTime() {}

    /** The field {@code timestamp} of the document's object; empty if it has none. */
    static Optional<Instant> in(ByteBuffer body) {
        try (var parser = JSON.createParser((InputStream) new ByteBufferBackedInputStream(body.duplicate()))) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return Optional.empty();
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                if (parser.currentName().equals("timestamp")) {
                    return time(parser);
                }
                parser.nextToken();
                parser.skipChildren();
            }
            return Optional.empty();
        } catch (IOException | DateTimeException e) {
            return Optional.empty();
        }
    }

    private static Optional<Instant> time(JsonParser parser) throws IOException {
        return parser.nextToken() == JsonToken.VALUE_STRING
                ? Optional.of(Instant.parse(parser.getText()))
                : Optional.empty();
    }
}
