package io.mdpo.lab.quickstart;

import io.mdpo.learner.service.StepListener;
import io.mdpo.schemas.avro.StepOffsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
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

    /** Mean over those of the last tenth of the steps that have the metric; empty where none has. */
    Optional<Double> lastTenth(String metric) {
        int count = Math.max(1, steps.size() / 10);
        var average = steps.subList(steps.size() - count, steps.size()).stream()
                .filter(step -> step.containsKey(metric))
                .mapToDouble(step -> value(step, metric))
                .average();
        return average.stream().boxed().findFirst();
    }

    private static double value(Map<String, Double> step, String metric) {
        return Objects.requireNonNull(step.get(metric), metric);
    }
}
