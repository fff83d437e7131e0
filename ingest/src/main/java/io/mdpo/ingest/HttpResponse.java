package io.mdpo.ingest;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Reads one answer of HTTP/1.1 (RFC 9112) from a connection that is closed after it: status, and a body of known length, in
 * chunks, or up to the end.
 */
final class HttpResponse {
    private static final int MAX_HEAD_BYTES = 32 << 10;

    private final InputStream in;
    private final Map<String, String> headers = new HashMap<>();
    private int headBytes;

    HttpResponse(InputStream in) {
        this.in = in;
    }

    /** Reads status line and headers. */
    int status() throws IOException {
        var status = line();
        if (!status.matches("HTTP/1\\.[01] [1-9][0-9]{2}( .*)?")) {
            throw new IOException("the answer is not HTTP/1.1");
        }
        for (var line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            if (colon < 1) {
                throw new IOException("a header line is broken");
            }
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        return Integer.parseInt(status.substring(9, 12));
    }

    /** The body after {@link #status}; empty if it has more bytes than that. */
    Optional<byte[]> body(int maxBytes) throws IOException {
        if (!headers.getOrDefault("content-encoding", "identity").equalsIgnoreCase("identity")) {
            throw new IOException("the answer is compressed although that was not asked for");
        }
        if (headers.containsKey("transfer-encoding")) {
            if (!"chunked".equalsIgnoreCase(headers.get("transfer-encoding"))) {
                throw new IOException("the answer has an unknown transfer encoding");
            }
            return chunks(maxBytes);
        }
        var length = headers.get("content-length");
        return length == null ? upToTheEnd(maxBytes) : exactly(number(length, 10), maxBytes);
    }

    private Optional<byte[]> upToTheEnd(int maxBytes) throws IOException {
        var bytes = in.readNBytes(maxBytes + 1);
        return Optional.of(bytes).filter(body -> body.length <= maxBytes);
    }

    private Optional<byte[]> exactly(long length, int maxBytes) throws IOException {
        return length > maxBytes ? Optional.empty() : Optional.of(bytes((int) length));
    }

    private Optional<byte[]> chunks(int maxBytes) throws IOException {
        var body = new ByteArrayOutputStream();
        while (true) {
            // What follows a semicolon is an extension.
            long length = number(line().split(";", 2)[0].strip(), 16);
            if (length == 0) {
                return Optional.of(body.toByteArray());
            }
            if (body.size() + length > maxBytes) {
                return Optional.empty();
            }
            body.writeBytes(bytes((int) length));
            if (!line().isEmpty()) {
                throw new IOException("a chunk is longer than it says");
            }
            headBytes = 0;
        }
    }

    private byte[] bytes(int length) throws IOException {
        var bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("the answer ends early");
        }
        return bytes;
    }

    private static long number(String text, int radix) throws IOException {
        if (!text.matches("[0-9a-fA-F]{1,15}")) {
            throw new IOException("the answer tells no length");
        }
        try {
            return Long.parseLong(text, radix);
        } catch (NumberFormatException e) {
            throw new IOException("the answer tells no length", e);
        }
    }

    private String line() throws IOException {
        var line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("the answer ends early");
            }
            if (++headBytes > MAX_HEAD_BYTES) {
                throw new IOException("the headers are too long");
            }
            line.write(b);
        }
        return line.toString(ISO_8859_1).stripTrailing();
    }
}
