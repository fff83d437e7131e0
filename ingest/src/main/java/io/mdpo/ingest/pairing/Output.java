package io.mdpo.ingest.pairing;

import io.mdpo.schemas.avro.FeedbackOutcome;
import io.mdpo.schemas.avro.PreferencePair;
import io.mdpo.schemas.avro.RejectedPair;

/** What leaves the settling and the assembling, each for a topic of its own. */
sealed interface Output {
    record Pair(PreferencePair pair) implements Output {}

    record Outcome(FeedbackOutcome outcome) implements Output {}

    record Letter(RejectedPair letter) implements Output {}

    record Offered(Offer offer) implements Output {}
}
