package io.mdpo.it;

import io.mdpo.schemas.RejectionReason;
import io.mdpo.schemas.avro.PreferencePair;
import io.mdpo.schemas.avro.Reference;
import io.mdpo.scorer.service.ReferenceScorer;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Gives every pair the same log-probabilities, and refuses those whose ids are in a set. */
final class ConstantScorer implements ReferenceScorer {
    final Set<String> refused = ConcurrentHashMap.newKeySet();

    @Override
    public Reference reference() {
        return new Reference(TestPairs.REFERENCE_ID, null);
    }

    @Override
    public List<Outcome> score(List<PreferencePair> pairs) {
        return pairs.stream().map(this::outcome).toList();
    }

    private Outcome outcome(PreferencePair pair) {
        return refused.contains(pair.getPairId())
                ? new Outcome.Refused(RejectionReason.UNSUITABLE_TEXT, "the template cannot take it")
                : new Outcome.Scored(TestPairs.scored(pair));
    }

    @Override
    public void close() {
        // Holds nothing.
    }
}
