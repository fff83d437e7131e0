package io.mdpo.learner.evaluation;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One number that says what a policy is worth.
 *
 * @param name unique among the figures of an evaluation
 * @param unit such as {@code %} or {@code nats}; empty for a pure number
 * @param better which way is up
 * @param samples answers or pairs that it is taken from
 */
public record Figure(String name, double value, String unit, Better better, int samples) {
    /** Where a better policy has the figure. */
    public enum Better {
        HIGHER,
        LOWER,
        /** The figure describes and does not judge. */
        NEITHER
    }

    public Figure {
        if (samples < 1) {
            throw new IllegalArgumentException("%s is taken from %d samples; leave it out".formatted(name, samples));
        }
    }

    /** The values by name, in the order of the figures. */
    public static Map<String, Double> values(List<Figure> figures) {
        var values = new LinkedHashMap<String, Double>();
        figures.forEach(figure -> values.put(figure.name(), figure.value()));
        return values;
    }
}
