package io.mdpo.gate;

import io.mdpo.schemas.Topic;
import io.mdpo.schemas.avro.PreferencePair;
import io.mdpo.schemas.avro.QuarantinedPair;
import java.time.Instant;

/**
 * What a gate says of a pair.
 *
 * @param message one sentence for a person, with the numbers
 */
public record Finding(Gate gate, String message) {
    /** A header of a pair that a person released: the gates behind let it pass. Ingest takes it from no producer. */
    public static final String RELEASED = "mdpo.released";

    private static final int MAX_MESSAGE_CHARS = 1_000;

    public Finding {
        message = message.substring(0, Math.min(message.length(), MAX_MESSAGE_CHARS));
    }

    /**
     * The record for {@link Topic#QUARANTINED_PAIRS}.
     *
     * @param destination where the pair goes when it is released
     * @param at the time of the pair's record, so that the same log gives the same bytes
     */
    public QuarantinedPair quarantine(PreferencePair pair, Topic destination, Instant at) {
        return new QuarantinedPair(pair, gate.text(), message, destination.suffix(), at);
    }
}
