package io.mdpo.learner.service;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The learning service's own meters. The step is the run's from the start; other gauges of a step are NaN until the first. */
final class LearnerMetrics {
    private final MeterRegistry registry;
    private final Counter pairs;
    private final Timer stepDuration;
    private volatile Map<String, Double> values = Map.of();
    private volatile double step = Double.NaN;
    private volatile double lastStepMillis = Double.NaN;

    LearnerMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.pairs = Counter.builder("mdpo.learner.pairs")
                .description("Pairs learned since the start of the process")
                .register(registry);
        this.stepDuration = Timer.builder("mdpo.learner.step.duration")
                .description("Duration of an optimizer step")
                .register(registry);
        Gauge.builder("mdpo.learner.step", this, metrics -> metrics.step)
                .description("Optimizer steps of the run")
                .register(registry);
        TimeGauge.builder(
                        "mdpo.learner.last.step.timestamp",
                        this,
                        TimeUnit.MILLISECONDS,
                        metrics -> metrics.lastStepMillis)
                .description("When the last step ended, since the epoch")
                .register(registry);
        for (var metric : StepMetric.values()) {
            Gauge.builder(metric.gauge(), this, metrics -> metrics.values.getOrDefault(metric.key(), Double.NaN))
                    .description(metric.description())
                    .register(registry);
        }
    }

    /** The run goes on after so many steps. */
    void start(long steps) {
        step = steps;
    }

    Timer.Sample startStep() {
        return Timer.start(registry);
    }

    void step(long number, int learned, Map<String, Double> stepValues, Timer.Sample started) {
        started.stop(stepDuration);
        pairs.increment(learned);
        values = stepValues;
        step = number;
        lastStepMillis = registry.config().clock().wallTime();
    }

    void refused(Refusal refusal) {
        Counter.builder("mdpo.learner.rejected")
                .description("Pairs refused by the learner since the start of the process")
                .tag("reason", refusal.reason().name())
                .register(registry)
                .increment();
    }
}
