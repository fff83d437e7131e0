package io.mdpo.scorer.service;

import io.mdpo.gate.GateMetrics;
import io.mdpo.scorer.service.ScoringBatch.Result;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.List;

/** The scoring service's own meters. They count what was committed. */
final class ScorerMetrics {
    private final String topicPrefix;
    private final MeterRegistry registry;
    private final GateMetrics gates;
    private final Counter pairs;
    private final Counter heldOut;
    private final Timer batch;

    ScorerMetrics(String topicPrefix, MeterRegistry registry, GateMetrics gates) {
        this.gates = gates;
        this.topicPrefix = topicPrefix;
        this.registry = registry;
        this.pairs = Counter.builder("mdpo.scorer.pairs")
                .description("Pairs scored for the learner")
                .register(registry);
        this.heldOut = Counter.builder("mdpo.scorer.heldout")
                .description("Held-out pairs scored")
                .register(registry);
        this.batch = Timer.builder("mdpo.scorer.batch")
                .description("From a batch read to its transaction committed")
                .register(registry);
    }

    Timer.Sample startBatch() {
        return Timer.start(registry);
    }

    void committed(List<Result> results, Timer.Sample started) {
        started.stop(batch);
        for (var result : results) {
            if (result instanceof Result.Rejected rejected) {
                Counter.builder("mdpo.scorer.rejected")
                        .description("Pairs refused by the scorer")
                        .tag("reason", rejected.letter().reason().name())
                        .register(registry)
                        .increment();
            } else if (result instanceof Result.Quarantined quarantined) {
                gates.quarantined(quarantined.finding().gate());
            } else if (result instanceof Result.Accepted accepted) {
                (accepted.isHeldOut(topicPrefix) ? heldOut : pairs).increment();
            }
        }
    }
}
