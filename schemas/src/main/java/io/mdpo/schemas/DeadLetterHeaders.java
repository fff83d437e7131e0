package io.mdpo.schemas;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * The headers of a dead letter. They have the names, and are UTF-8 texts, as those of the dead letters that Kafka Streams
 * writes for its own error handlers: one tool reads the letters of every service.
 */
public final class DeadLetterHeaders {
    /** First part of every name. */
    public static final String PREFIX = "__streams.errors.";

    /** The {@link RejectionReason}, in the place of an exception class. */
    public static final String EXCEPTION = PREFIX + "exception";

    public static final String MESSAGE = PREFIX + "message";

    /** A refusal is a decision and no exception: reason and sentence, with the service as the one frame. */
    public static final String STACKTRACE = PREFIX + "stacktrace";

    public static final String TOPIC = PREFIX + "topic";
    public static final String PARTITION = PREFIX + "partition";
    public static final String OFFSET = PREFIX + "offset";

    /** On a record that was sent again: partition and offset of the dead letter that it comes from. */
    public static final String RETRY_OF = "mdpo.retry-of";

    private DeadLetterHeaders() {}

    /**
     * The headers of a letter.
     *
     * @param source headers of the refused record; what they tell of an earlier refusal is left out
     * @param stage service that refused it
     * @param reason a {@link RejectionReason}
     * @param message one sentence for a person
     * @param topic where the refused record stands, with partition and offset
     */
    public static Headers of(
            Headers source, String stage, String reason, String message, String topic, int partition, long offset) {
        var headers = without(source);
        put(headers, EXCEPTION, reason);
        put(headers, MESSAGE, message);
        put(headers, STACKTRACE, "%s: %s\n\tat %s".formatted(reason, message, stage));
        put(headers, TOPIC, topic);
        put(headers, PARTITION, Integer.toString(partition));
        put(headers, OFFSET, Long.toString(offset));
        return headers;
    }

    /** A copy of a letter's or record's headers without those that {@link #of} writes. */
    public static Headers without(Headers headers) {
        var kept = new RecordHeaders();
        for (var header : headers) {
            if (!header.key().startsWith(PREFIX)) {
                kept.add(header);
            }
        }
        return kept;
    }

    /** Upper bound of the bytes that headers take in a record. */
    public static long size(Headers headers) {
        long size = 0;
        for (var header : headers) {
            size += header.key().length() * 3L + (header.value() == null ? 0 : header.value().length) + 10;
        }
        return size;
    }

    private static void put(Headers headers, String name, String value) {
        headers.add(name, value.getBytes(UTF_8));
    }
}
