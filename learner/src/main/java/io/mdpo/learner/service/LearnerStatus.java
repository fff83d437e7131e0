package io.mdpo.learner.service;

import io.mdpo.schemas.avro.Checkpoint;
import java.util.Map;
import java.util.Optional;

/**
 * Where a learner stands.
 *
 * @param step optimizer steps of the run
 * @param pairsLearned pairs in those steps
 * @param pairsRejected pairs that the learner has refused
 * @param waiting accepted pairs of the next batch
 * @param metrics of the last step; empty before the first one since the start
 * @param checkpoint the last committed one
 */
public record LearnerStatus(
        long step,
        long pairsLearned,
        long pairsRejected,
        int waiting,
        Map<String, Double> metrics,
        Optional<Checkpoint> checkpoint) {
    static final LearnerStatus NONE = new LearnerStatus(0, 0, 0, 0, Map.of(), Optional.empty());

    /** Records of the run that were read: learned, refused or waiting. */
    public long pairsRead() {
        return pairsLearned + pairsRejected + waiting;
    }
}
