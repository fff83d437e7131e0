package io.mdpo.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.mdpo.gate.Finding;
import io.mdpo.schemas.DeadLetterHeaders;
import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.utils.Bytes;

/** Reads and writes single header values. */
final class HeaderFields {
    /** How screening tells the content stage where a pair came from; never on a topic that others read. */
    static final String ORIGIN = "__mdpo.ingest.";

    private HeaderFields() {}

    /**
     * A copy without what ingest writes: nothing of an earlier refusal clings to a record that was sent again, and no producer
     * gets past the gates by itself.
     */
    static Headers withoutOurs(Headers headers) {
        var kept = new RecordHeaders();
        for (var header : DeadLetterHeaders.without(headers)) {
            if (!header.key().startsWith(ORIGIN) && !header.key().equals(Finding.RELEASED)) {
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
}
