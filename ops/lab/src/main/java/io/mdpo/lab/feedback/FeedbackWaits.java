package io.mdpo.lab.feedback;

import io.mdpo.ingest.pairing.PairingConfig;
import java.time.Duration;

/** The waits of a trial, in milliseconds: in proportion as in a product, and short beside the ten days of its events. */
public record FeedbackWaits(
        long settle, long lateness, long interactionWait, long feedbackWait, long partnerWait, double ratingGap) {
    public static final FeedbackWaits TRIAL = new FeedbackWaits(
            Duration.ofHours(1).toMillis(),
            Duration.ofMinutes(10).toMillis(),
            Duration.ofHours(3).toMillis(),
            Duration.ofDays(2).toMillis(),
            Duration.ofHours(8).toMillis(),
            0.25);

    /** The same as settings; every rule is on, and thumbs without a partner become records of their own. */
    public PairingConfig applyTo(PairingConfig config) {
        return config.with(change -> change.settle(Duration.ofMillis(settle))
                .lateness(Duration.ofMillis(lateness))
                .interactionWait(Duration.ofMillis(interactionWait))
                .feedbackWait(Duration.ofMillis(feedbackWait))
                .partnerWait(Duration.ofMillis(partnerWait))
                .ratingGap(ratingGap)
                .unpaired(true));
    }
}
