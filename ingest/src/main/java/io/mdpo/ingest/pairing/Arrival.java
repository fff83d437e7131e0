package io.mdpo.ingest.pairing;

import io.mdpo.schemas.RejectionReason;
import io.mdpo.schemas.avro.Feedback;
import io.mdpo.schemas.avro.Interaction;
import org.apache.kafka.common.utils.Bytes;

/** A record that came in, decoded and checked. */
sealed interface Arrival {
    /** An interaction, decoded and as it came. */
    record OfInteraction(Interaction interaction, Bytes encoded) implements Arrival {}

    record OfFeedback(Feedback feedback) implements Arrival {}

    record Refused(RejectionReason reason, String message) implements Arrival {}
}
