package io.mdpo.ops.gateway.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.mdpo.schemas.AvroSerde;
import io.mdpo.schemas.Topic;
import io.mdpo.schemas.avro.Feedback;
import io.mdpo.schemas.avro.Interaction;
import java.nio.ByteBuffer;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * One record on its way into a topic.
 *
 * @param topic {@link Topic#INTERACTIONS} or {@link Topic#FEEDBACK}
 * @param id names the record in its topic: a second one with the id is the same one, sent again
 * @param interactionId the record key
 * @param value the record, encoded
 * @param headers of the record, such as {@code traceparent}
 */
public record Event(Topic topic, String id, String interactionId, ByteBuffer value, Map<String, String> headers) {
    private static final AvroSerde<Interaction> INTERACTION = AvroSerde.of(Interaction.class);
    private static final AvroSerde<Feedback> FEEDBACK = AvroSerde.of(Feedback.class);

    /** Keys, headers and framing come on top of the value. */
    private static final int FRAME_BYTES = 1 << 16;

    /** Longest value that fits into a record, in bytes. */
    public static final int MAX_BYTES = Topic.MAX_RECORD_BYTES - FRAME_BYTES;

    public Event {
        value = value.asReadOnlyBuffer();
        headers = Map.copyOf(headers);
    }

    public static Event of(Interaction interaction, Map<String, String> headers) {
        return new Event(
                Topic.INTERACTIONS,
                interaction.getInteractionId(),
                interaction.getInteractionId(),
                ByteBuffer.wrap(INTERACTION.encode(interaction)),
                headers);
    }

    public static Event of(Feedback feedback, Map<String, String> headers) {
        return new Event(
                Topic.FEEDBACK,
                feedback.getFeedbackId(),
                feedback.getInteractionId(),
                ByteBuffer.wrap(FEEDBACK.encode(feedback)),
                headers);
    }

    /** Length of the value in bytes. */
    public int size() {
        return value.remaining();
    }

    ProducerRecord<byte[], byte[]> toRecord(String topicPrefix) {
        var bytes = new byte[value.remaining()];
        value.duplicate().get(bytes);
        var record = new ProducerRecord<>(topic.name(topicPrefix), interactionId.getBytes(UTF_8), bytes);
        headers.forEach((name, text) -> record.headers().add(name, text.getBytes(UTF_8)));
        return record;
    }
}
