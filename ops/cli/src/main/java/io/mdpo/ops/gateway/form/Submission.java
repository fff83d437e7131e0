package io.mdpo.ops.gateway.form;

import io.mdpo.ingest.encoding.Defaults;
import io.mdpo.ops.gateway.log.Event;
import io.mdpo.schemas.avro.Feedback;
import io.mdpo.schemas.avro.Interaction;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * The body of a request, and what is known of it.
 *
 * @param body the whole of an array
 * @param source the name of the credential that came with it, or empty
 * @param headers of the records that are made of it, such as {@code traceparent}
 */
public record Submission(ByteBuffer body, String source, Instant receivedAt, Map<String, String> headers) {
    public Submission {
        headers = Map.copyOf(headers);
    }

    @SuppressWarnings("ByteBufferBackingArray") // the body is the whole of its array
    public byte[] bytes() {
        return body.array();
    }

    Defaults defaults() {
        return new Defaults(Optional.empty(), source, receivedAt);
    }

    Event event(Interaction interaction) {
        return Event.of(interaction, headers);
    }

    Event event(Feedback feedback) {
        return Event.of(feedback, headers);
    }
}
