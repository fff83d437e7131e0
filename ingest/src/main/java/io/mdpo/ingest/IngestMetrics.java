package io.mdpo.ingest;

import io.mdpo.gate.Gate;
import io.mdpo.gate.GateMetrics;
import io.mdpo.schemas.RejectionReason;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/**
 * Counters of what ingest decided. They count decisions of this process and stand outside the transaction: after a
 * crash a record is decided again and counted again, although its result stands in the topics once. For exact numbers
 * count the topics.
 */
final class IngestMetrics {
    private final Counter accepted;
    private final Counter heldOut;
    private final GateMetrics gates;
    private final Map<RejectionReason, Counter> rejected = new EnumMap<>(RejectionReason.class);

    IngestMetrics(MeterRegistry registry) {
        gates = new GateMetrics(registry, Gate.CONTRADICTIONS, Gate.LENGTH_BIAS, Gate.NEAR_DUPLICATES);
        accepted = Counter.builder("mdpo.ingest.pairs")
                .description("Pairs that passed ingest and go to the learner")
                .register(registry);
        heldOut = Counter.builder("mdpo.ingest.heldout")
                .description("Pairs that passed ingest and were held out")
                .register(registry);
        // Registered before the first use, so that a dashboard shows zero and not nothing.
        for (var reason : RejectionReason.values()) {
            rejected.put(
                    reason,
                    Counter.builder("mdpo.ingest.rejected")
                            .description("Records that ingest refused, by reason")
                            .tag("reason", reason.name())
                            .register(registry));
        }
    }

    void accepted() {
        accepted.increment();
    }

    GateMetrics gates() {
        return gates;
    }

    void heldOut() {
        heldOut.increment();
    }

    void rejected(RejectionReason reason) {
        Objects.requireNonNull(rejected.get(reason)).increment();
    }
}
