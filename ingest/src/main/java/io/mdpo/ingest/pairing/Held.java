package io.mdpo.ingest.pairing;

import io.mdpo.schemas.AvroSerde;
import io.mdpo.schemas.avro.Feedback;
import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.Map;

/**
 * A feedback that waits for its interaction to settle.
 *
 * @param id of the feedback
 * @param timestamp of its record, the earliest where it came more than once; milliseconds since the epoch
 * @param headers that its pair carries on
 * @param encoded the {@link Feedback} in Avro single-object encoding
 */
record Held(String id, long timestamp, Map<String, String> headers, ByteBuffer encoded) {
    static final JsonSerde<Held> SERDE = new JsonSerde<>(Held.class);

    private static final AvroSerde<Feedback> FEEDBACK = AvroSerde.of(Feedback.class);

    static Held of(long timestamp, Map<String, String> headers, Feedback feedback) {
        return new Held(feedback.getFeedbackId(), timestamp, headers, ByteBuffer.wrap(FEEDBACK.encode(feedback)));
    }

    Feedback feedback() {
        var bytes = new byte[encoded.remaining()];
        encoded.duplicate().get(bytes);
        return FEEDBACK.decode(bytes);
    }

    /**
     * One of two records with the same id. They should be the same; if they are not, the one that was made first counts,
     * whichever came first.
     */
    Held merge(Held other) {
        Comparator<Held> order = Comparator.<Held>comparingLong(
                        held -> held.feedback().getCreatedAt().toEpochMilli())
                .thenComparing(Held::encoded)
                .thenComparing(held -> held.headers().toString());
        var first = order.compare(this, other) <= 0 ? this : other;
        return new Held(id, Math.min(timestamp, other.timestamp), first.headers, first.encoded);
    }
}
