package io.mdpo.lab.feedback;

import io.mdpo.schemas.AvroSerde;
import io.mdpo.schemas.Topic;
import io.mdpo.schemas.avro.Feedback;
import io.mdpo.schemas.avro.Interaction;
import java.util.Optional;

/**
 * One record of the stream, in the order of arrival.
 *
 * @param timestamp of its record, milliseconds since the epoch
 */
public record FeedbackEvent(Optional<Interaction> interaction, Optional<Feedback> feedback, long timestamp) {
    private static final AvroSerde<Interaction> INTERACTION = AvroSerde.of(Interaction.class);
    private static final AvroSerde<Feedback> FEEDBACK = AvroSerde.of(Feedback.class);

    static FeedbackEvent of(Interaction interaction, long timestamp) {
        return new FeedbackEvent(Optional.of(interaction), Optional.empty(), timestamp);
    }

    static FeedbackEvent of(Feedback feedback, long timestamp) {
        return new FeedbackEvent(Optional.empty(), Optional.of(feedback), timestamp);
    }

    public Topic topic() {
        return interaction.isPresent() ? Topic.INTERACTIONS : Topic.FEEDBACK;
    }

    public String key() {
        return interaction
                .map(Interaction::getInteractionId)
                .or(() -> feedback.map(Feedback::getInteractionId))
                .orElseThrow();
    }

    public byte[] value() {
        return interaction
                .map(INTERACTION::encode)
                .or(() -> feedback.map(FEEDBACK::encode))
                .orElseThrow();
    }
}
