package io.mdpo.scorer.service;

import io.mdpo.schemas.RejectionReason;
import io.mdpo.schemas.avro.PreferencePair;
import io.mdpo.schemas.avro.Reference;
import io.mdpo.schemas.avro.ScoredPair;
import java.util.List;

/**
 * Scores pairs with the frozen reference model. Not thread-safe: the service makes all its calls from one thread, which
 * is not the one that made the scorer.
 */
public interface ReferenceScorer extends AutoCloseable {
    /** Fingerprint of weights, tokenizer, template, preprocessing, dtype. */
    Reference reference();

    /**
     * One outcome per pair, in order. How a stream falls into batches depends on timing, so a pair's outcome must not
     * depend on the pairs beside it.
     */
    List<Outcome> score(List<PreferencePair> pairs);

    @Override
    void close();

    /** What became of one pair. */
    sealed interface Outcome {
        /** The pair with its corruption and log-probabilities. */
        record Scored(ScoredPair pair) implements Outcome {}

        /** The pair cannot be scored; {@code message} is a sentence for a person. */
        record Refused(RejectionReason reason, String message) implements Outcome {}
    }
}
