package io.mdpo.scorer.gate;

import io.mdpo.schemas.avro.LogProbs;
import java.util.List;
import java.util.Optional;

/** What the reference model says of a label. */
enum LabelOrder {
    AGREES,
    /** It prefers neither answer by the margin. */
    UNDECIDED,
    DISAGREES;

    /**
     * Compares the mean log-probabilities a token, for sums prefer the shorter answer; of one answer alone nothing can be
     * said.
     *
     * @param margin in nats a token
     */
    static Optional<LabelOrder> of(LogProbs logProbs, double margin) {
        if (logProbs.getChosen().isEmpty() || logProbs.getRejected().isEmpty()) {
            return Optional.empty();
        }
        double difference = mean(logProbs.getChosen()) - mean(logProbs.getRejected());
        return Optional.of(difference > margin ? AGREES : difference < -margin ? DISAGREES : UNDECIDED);
    }

    private static double mean(List<Float> logProbs) {
        return logProbs.stream().mapToDouble(Float::doubleValue).average().orElseThrow();
    }
}
