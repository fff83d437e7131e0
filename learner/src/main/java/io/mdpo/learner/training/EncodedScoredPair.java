package io.mdpo.learner.training;

import io.mdpo.scorer.logprob.EncodedPair;

/** A scored pair as a training step takes it: tokens, pixels and the reference log-probs of its completions. */
final class EncodedScoredPair implements Trainer.PreparedPair {
    private final EncodedPair encoded;
    private final float[] reference;

    EncodedScoredPair(EncodedPair encoded, float[] reference) {
        this.encoded = encoded;
        this.reference = reference;
    }

    EncodedPair encoded() {
        return encoded;
    }

    /** Chosen, rejected, chosen given the corrupted image, end to end, of those that it has, in nats. */
    float[] reference() {
        return reference;
    }
}
