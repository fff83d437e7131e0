package io.mdpo.ops.gateway;

import java.util.Locale;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;

/** What the head of a request has to be, before its body is read. */
final class RequestChecks {
    private RequestChecks() {}

    static void method(Request request, String method) {
        if (!request.getMethod().equals(method)) {
            throw Problem.of(HttpStatus.METHOD_NOT_ALLOWED_405, "only %s is understood here".formatted(method))
                    .with("Allow", method)
                    .exception();
        }
    }

    static void json(Request request) {
        var type = RecordHeaders.orEmpty(request.getHeaders(), HttpHeader.CONTENT_TYPE.asString())
                .toLowerCase(Locale.ROOT);
        var media = type.split(";", 2)[0].strip();
        boolean utf8 = !type.contains("charset=") || type.matches(".*charset=\"?utf-?8\"?.*");
        if (!(media.equals("application/json") || media.endsWith("+json")) || !utf8) {
            throw Problem.of(
                            HttpStatus.UNSUPPORTED_MEDIA_TYPE_415,
                            "the body has to be JSON in UTF-8: send Content-Type: application/json")
                    .exception();
        }
        var encoding = RecordHeaders.orEmpty(request.getHeaders(), HttpHeader.CONTENT_ENCODING.asString());
        if (!encoding.isEmpty() && !encoding.equalsIgnoreCase("identity")) {
            throw Problem.of(HttpStatus.UNSUPPORTED_MEDIA_TYPE_415, "compressed bodies are not understood")
                    .exception();
        }
    }

    /** Bytes to provide for the body; of one whose length is not told, as many as it may have. */
    static long length(Request request, int most) {
        long length = request.getLength();
        if (length > most) {
            throw tooLarge(most).exception();
        }
        return length < 0 ? most : length;
    }

    static Problem tooLarge(int most) {
        return Problem.of(
                HttpStatus.PAYLOAD_TOO_LARGE_413,
                "the body has more than %d bytes, see gateway.max-body-bytes".formatted(most));
    }
}
