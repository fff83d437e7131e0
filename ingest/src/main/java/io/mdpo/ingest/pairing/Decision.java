package io.mdpo.ingest.pairing;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** What the matching of thumbs tells the interaction that one came from: pairs first, then where each thumb ended. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
@JsonSubTypes({@JsonSubTypes.Type(Decision.Paired.class), @JsonSubTypes.Type(Decision.Ended.class)})
sealed interface Decision {
    JsonSerde<Decision> SERDE = new JsonSerde<>(Decision.class);

    /** Partition of the interaction. */
    int home();

    /** The interaction has the images and the prompt of this pair. */
    record Paired(int home, Draft draft) implements Decision {}

    /** A thumb ended; {@code at} is when that was decided, in the time of the records. */
    record Ended(int home, Ending ending, long at) implements Decision {}
}
