package io.mdpo.ops.broker;

import io.mdpo.schemas.Topic;

/**
 * A topic of the catalogue as it is on a broker.
 *
 * @param topic entry of the catalogue
 * @param name name on the broker
 * @param state what was found or done
 * @param partitions number of partitions on the broker; 0 if the topic is missing
 * @param expected number of partitions that it would be created with
 */
public record TopicStatus(Topic topic, String name, State state, int partitions, int expected) {
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
