package io.mdpo.lab.chaos;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;

/**
 * What pairing under kills came to, held against a plain program that saw all records at once.
 *
 * @param kills how often it was killed
 * @param endedByItself how often it ended without being killed, and was started again
 * @param records interactions and feedback, those that came twice among them
 * @param feedback different feedback ids
 * @param pairs that should be there
 * @param outcomes how often each code should be there
 * @param missing pairs and outcomes that are not there
 * @param wrong pairs and outcomes that are there and should not be
 * @param repeated pairs and outcomes that are there twice
 * @param residentMegabytes the most memory that the process was seen with; 0 where the system does not tell
 */
public record PairingReport(
        int kills,
        int endedByItself,
        long records,
        long feedback,
        long pairs,
        Map<String, Long> outcomes,
        long missing,
        long wrong,
        long repeated,
        long residentMegabytes,
        double seconds)
        implements TrialOptions.Result {

    /** Whether nothing came of the kills. */
    @JsonProperty
    @Override
    public boolean passed() {
        return missing == 0 && wrong == 0 && repeated == 0;
    }
}
