package io.mdpo.ops.gateway.form;

import io.mdpo.ops.gateway.log.Event;
import java.util.List;

/**
 * What was read of a request.
 *
 * @param refused the records of an export that cannot be mapped; every other form is taken whole or not at all
 */
public record Reading(List<Event> events, List<Refusal> refused) {
    public Reading {
        events = List.copyOf(events);
        refused = List.copyOf(refused);
    }

    static Reading of(List<Event> events) {
        return new Reading(events, List.of());
    }

    /**
     * Why one record is left out.
     *
     * @param path its place in the document, {@code $[3]}
     * @param reason one sentence
     */
    public record Refusal(String path, String reason) {}
}
