package io.mdpo.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.utils.Bytes;

/** Reads and writes single header values. */
final class HeaderFields {
    /** Kafka Streams writes these on the dead letters of its own handlers: one tool reads both kinds. */
    static final String ERRORS = "__streams.errors.";

    /** How screening tells the content stage where a pair came from; never on a topic that others read. */
    static final String ORIGIN = "__mdpo.ingest.";

    private HeaderFields() {}

    /** A copy without what ingest writes: nothing of an earlier refusal clings to a record that was sent again. */
    static Headers withoutOurs(Headers headers) {
        var kept = new RecordHeaders();
        for (var header : headers) {
            if (!header.key().startsWith(ERRORS) && !header.key().startsWith(ORIGIN)) {
                kept.add(header);
            }
        }
        return kept;
    }

    static void put(Headers headers, String name, Object value) {
        headers.add(name, value.toString().getBytes(UTF_8));
    }

    static Bytes utf8(String text) {
        return Bytes.wrap(text.getBytes(UTF_8));
    }

    static Optional<byte[]> bytes(Headers headers, String name) {
        return Optional.ofNullable(headers.lastHeader(name)).map(Header::value);
    }

    static String text(Headers headers, String name) {
        return new String(
                bytes(headers, name)
                        .orElseThrow(() -> new IllegalStateException("a record of ingest lacks the header " + name)),
                UTF_8);
    }

    static long size(Headers headers) {
        long size = 0;
        for (var header : headers) {
            size += header.key().length() * 3L + (header.value() == null ? 0 : header.value().length) + 10;
        }
        return size;
    }
}
