package io.mdpo.ops.gateway;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.server.Request;

/** Headers of a request that go on as headers of its records: W3C trace context, and CloudEvents in binary mode. */
final class RecordHeaders {
    private static final int MOST = 32;
    private static final int MAX_CHARS = 1_024;

    private RecordHeaders() {}

    /** {@code traceparent} and {@code tracestate} as they are, and {@code ce-id} as {@code ce_id}, its name in Kafka. */
    static Map<String, String> of(Request request) {
        var headers = new LinkedHashMap<String, String>();
        for (var field : request.getHeaders()) {
            var name = field.getName().toLowerCase(Locale.ROOT);
            boolean traced = name.equals("traceparent") || name.equals("tracestate");
            if ((traced || name.startsWith("ce-")) && headers.size() < MOST && name.length() <= MAX_CHARS) {
                var value = orEmpty(request.getHeaders(), name);
                if (value.length() <= MAX_CHARS) {
                    headers.put(traced ? name : "ce_" + name.substring("ce-".length()), value);
                }
            }
        }
        return headers;
    }

    static String orEmpty(HttpFields fields, String name) {
        var value = fields.get(name);
        return value == null ? "" : value;
    }
}
