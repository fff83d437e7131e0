package io.mdpo.ops.broker;

import io.mdpo.schemas.Topic;
import java.util.Optional;

/**
 * A topic of the catalogue as it is on a broker.
 *
 * @param topic entry of the catalogue
 * @param name name on the broker
 * @param state what was found or done
 * @param partitions number of partitions on the broker; 0 if the topic is missing
 * @param expected number of partitions that it would be created with
 * @param copies how often a record is kept; empty for a missing or new topic, and where the login may not see it
 */
public record TopicStatus(
        Topic topic, String name, State state, int partitions, int expected, Optional<Copies> copies) {
    /**
     * How often a record is kept.
     *
     * @param all replication factor
     * @param needed min.insync.replicas: so many hold a record before its write counts
     */
    public record Copies(int all, int needed) {
        /** Whether one disk can take with it what was written, though there are others. */
        public boolean standOnOne() {
            return all > 1 && needed == 1;
        }
    }

    /** What was found, or done, on the broker. */
    public enum State {
        CREATED,
        EXISTS,
        MISSING
    }

    /** Whether the topic is there with another number of partitions than asked for. */
    public boolean differs() {
        return state != State.MISSING && partitions != expected;
    }
}
