package io.mdpo.ingest.pairing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * The headers of a feedback that its pair carries on: W3C's {@code traceparent} and {@code tracestate}, and CloudEvents'
 * {@code ce_*}. Values are kept as texts in which a character is a byte. Beyond 8 KiB they are left out.
 */
final class TraceHeaders {
    private static final int MAX_BYTES = 8 << 10;

    private TraceHeaders() {}

    static Map<String, String> of(Headers headers) {
        var kept = new LinkedHashMap<String, String>();
        int bytes = 0;
        for (var header : headers) {
            boolean ours = header.key().equals("traceparent")
                    || header.key().equals("tracestate")
                    || header.key().startsWith("ce_");
            if (ours && header.value() != null) {
                bytes += header.key().length() + header.value().length;
                if (bytes <= MAX_BYTES) {
                    kept.put(header.key(), new String(header.value(), ISO_8859_1));
                }
            }
        }
        return kept;
    }

    static Headers toKafka(Map<String, String> kept) {
        var headers = new RecordHeaders();
        kept.forEach((name, value) -> headers.add(name, value.getBytes(ISO_8859_1)));
        return headers;
    }
}
