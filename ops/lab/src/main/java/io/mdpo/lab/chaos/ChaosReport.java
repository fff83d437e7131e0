package io.mdpo.lab.chaos;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;

/**
 * What a run with kills came to, held against one without.
 *
 * @param kills how many processes were killed
 * @param killed how often each of them was
 * @param endedByThemselves how often each ended without being killed, and was started again
 * @param pairs records that entered, broken ones among them
 * @param learned pairs in the last checkpoint
 * @param rejected records in rejected-pairs
 * @param waiting scored pairs that are in no step yet
 * @param lost records that entered and are nowhere
 * @param repeated records of a topic that are there twice for a reader of committed records
 * @param sha256Uninterrupted the last adapter without kills
 * @param sha256Interrupted the last adapter with kills
 * @param checkpoints how many were published and made again from the log
 * @param checkpointsThatDiffer how many came out otherwise
 */
public record ChaosReport(
        int kills,
        Map<String, Integer> killed,
        Map<String, Integer> endedByThemselves,
        long pairs,
        long learned,
        long rejected,
        long waiting,
        long lost,
        long repeated,
        String sha256Uninterrupted,
        String sha256Interrupted,
        int checkpoints,
        long checkpointsThatDiffer,
        double seconds)
        implements TrialOptions.Result {

    /** Whether nothing came of the kills. */
    @JsonProperty
    @Override
    public boolean passed() {
        return lost == 0
                && repeated == 0
                && checkpointsThatDiffer == 0
                && learned + rejected + waiting == pairs
                && sha256Interrupted.equals(sha256Uninterrupted);
    }
}
