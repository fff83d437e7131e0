package io.mdpo.ingest.pairing;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** What the settling of interactions tells the matching of thumbs. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
@JsonSubTypes({@JsonSubTypes.Type(Offer.Thumb.class), @JsonSubTypes.Type(Offer.Clock.class)})
sealed interface Offer {
    JsonSerde<Offer> SERDE = new JsonSerde<>(Offer.class);

    /**
     * A thumb that looks for a partner. The images stay where they are: with the interaction.
     *
     * @param answer text of the answer, normalised
     * @param settledAt when its interaction settled
     * @param home partition of the interaction, whatever partitioner its producer has
     */
    record Thumb(Voice voice, boolean up, String answer, long settledAt, int home) implements Offer {}

    /** Every thumb of this partition that settled up to a time, less the lateness, has been offered. */
    record Clock(int partition, long time) implements Offer {}
}
