package io.mdpo.lab.chaos;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;

/**
 * What became of a load on the gateway.
 *
 * @param events that clients had to send
 * @param acknowledged that they were told are committed
 * @param attempts requests that they made for it
 * @param answeredAsRepeated answers that said that the event was there already
 * @param inTopic records of the topic
 * @param lost acknowledged events that are not in the topic
 * @param repeated records of the topic beyond the first of an id
 * @param killed how often each process was killed
 * @param endedByThemselves how often each ended without being killed, and was started again
 * @param perSecond acknowledged events a second, from the first that was due to the last answer
 * @param latencyMillis from when an event was due to its acknowledgement, by the share of events below
 */
public record GatewayReport(
        int events,
        int acknowledged,
        long attempts,
        long answeredAsRepeated,
        long inTopic,
        long lost,
        long repeated,
        Map<String, Integer> killed,
        Map<String, Integer> endedByThemselves,
        double seconds,
        double perSecond,
        Map<String, Double> latencyMillis)
        implements TrialOptions.Result {

    /** Whether every acknowledged event is in the topic once. */
    @JsonProperty
    @Override
    public boolean passed() {
        return acknowledged == events && lost == 0 && repeated == 0 && inTopic == events;
    }
}
