package io.mdpo.ops.quarantine;

import java.util.Set;

/**
 * Which pairs are meant. An empty set lets every pair through.
 *
 * @param ids of the pairs
 * @param gates that hold them back
 * @param sources as the producers wrote them
 */
public record HeldPairFilter(Set<String> ids, Set<String> gates, Set<String> sources) {
    public HeldPairFilter {
        ids = Set.copyOf(ids);
        gates = Set.copyOf(gates);
        sources = Set.copyOf(sources);
    }

    /** Whether it lets every pair through. */
    public boolean isOpen() {
        return ids.isEmpty() && gates.isEmpty() && sources.isEmpty();
    }

    boolean matches(HeldPair pair) {
        return (ids.isEmpty() || ids.contains(pair.id()))
                && (gates.isEmpty() || gates.contains(pair.held().getGate()))
                && (sources.isEmpty() || sources.contains(pair.held().getPair().getSource()));
    }
}
