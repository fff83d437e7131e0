package io.mdpo.lab.quickstart;

import io.mdpo.learner.service.StepListener;
import io.mdpo.schemas.avro.StepOffsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;

/** The metrics of every step. */
final class StepLog implements StepListener {
    private final List<Map<String, Double>> steps = new CopyOnWriteArrayList<>();

    @Override
    public void onStep(StepOffsets offsets, Map<String, Double> metrics) {
        steps.add(Map.copyOf(metrics));
    }

    double first(String metric) {
        return value(steps.get(0), metric);
    }

    double last(String metric) {
        return value(steps.get(steps.size() - 1), metric);
    }

    double lastTenth(String metric) {
        int count = Math.max(1, steps.size() / 10);
        return steps.subList(steps.size() - count, steps.size()).stream()
                .mapToDouble(step -> value(step, metric))
                .average()
                .orElseThrow();
    }

    private static double value(Map<String, Double> step, String metric) {
        return Objects.requireNonNull(step.get(metric), metric);
    }
}
