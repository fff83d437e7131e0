package io.mdpo.ingest.encoding;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.mdpo.schemas.RejectionReason;
import java.io.IOException;
import java.util.Optional;

/**
 * Reads a JSON document into memory, with bounds: bytes, nesting, tokens, names and numbers, so that it costs no more than a few
 * times its own bytes. A name that stands twice in an object is an error.
 */
public final class JsonDocument {
    private static final int MAX_NESTING = 32;

    private final int maxBytes;
    private final ObjectReader reader;

    /**
     * A reader for documents of one kind. It is thread-safe.
     *
     * @param maxTokens names, values and brackets
     */
    public JsonDocument(int maxBytes, long maxTokens) {
        this.maxBytes = maxBytes;
        this.reader = JsonMapper.builder(JsonFactory.builder()
                        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                        .streamReadConstraints(StreamReadConstraints.builder()
                                .maxDocumentLength(maxBytes)
                                .maxStringLength(maxBytes)
                                .maxNestingDepth(MAX_NESTING)
                                .maxTokenCount(maxTokens)
                                .maxNameLength(1_000)
                                .maxNumberLength(100)
                                .build())
                        .build())
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .build()
                .readerFor(JsonNode.class);
    }

    /**
     * The value of a document in UTF-8.
     *
     * @throws UnreadableException it is no JSON, or exceeds a bound
     */
    public JsonPlace parse(byte[] json) {
        if (json.length > maxBytes) {
            throw new UnreadableException(
                    RejectionReason.RECORD_TOO_LARGE,
                    "the JSON record has %d bytes, and at most %d are allowed".formatted(json.length, maxBytes));
        }
        try {
            JsonNode node = reader.readValue(json);
            return JsonPlace.root(node);
        } catch (JsonProcessingException e) {
            // Of a bound that is exceeded Jackson tells no place.
            var place = Optional.ofNullable(e.getLocation())
                    .map(at -> ", line %d, column %d".formatted(at.getLineNr(), at.getColumnNr()))
                    .orElse("");
            throw new UnreadableException(
                    RejectionReason.UNDECODABLE_RECORD,
                    "not a JSON document that can be read: %s%s".formatted(e.getOriginalMessage(), place));
        } catch (IOException e) {
            throw new UnreadableException(
                    RejectionReason.UNDECODABLE_RECORD, "not a JSON document that can be read: " + e.getMessage());
        }
    }

    /** The bytes are no JSON, or too much of it. */
    public static final class UnreadableException extends MisfitException {
        private static final long serialVersionUID = 1L;

        UnreadableException(RejectionReason reason, String message) {
            super(reason, "$", message);
        }
    }
}
