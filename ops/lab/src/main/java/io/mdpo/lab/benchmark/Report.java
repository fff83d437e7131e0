package io.mdpo.lab.benchmark;

import io.mdpo.learner.evaluation.Figure;
import io.mdpo.learner.evaluation.Figure.Better;
import java.util.List;
import java.util.Map;

/**
 * What came out.
 *
 * @param benchmark its name
 * @param answers number of answers that were scored
 * @param sections groups of metrics
 * @param comparable whether the numbers may be held against published ones
 * @param notes what a reader has to know about the numbers, above all why they are not comparable
 * @param verdicts what was found in each answer, as it goes into JSON
 */
public record Report(
        String benchmark,
        int answers,
        List<Section> sections,
        boolean comparable,
        List<String> notes,
        List<Map<String, Object>> verdicts) {

    public Report {
        sections = List.copyOf(sections);
        notes = List.copyOf(notes);
        verdicts = List.copyOf(verdicts);
    }

    /** Metrics over one group of answers. */
    public record Section(String name, int answers, List<Metric> metrics) {
        public Section {
            metrics = List.copyOf(metrics);
        }
    }

    /**
     * One number.
     *
     * @param decimals digits behind the point that it is shown with
     * @param unit {@code %}, or empty for a pure number
     * @param better which way is up
     * @param meaning of what it is the share or mean
     */
    public record Metric(String name, double value, int decimals, String unit, Better better, String meaning) {}

    /** Every metric as a figure, {@code <section>/<metric>}; sections without answers are left out. */
    public List<Figure> figures() {
        return sections.stream()
                .filter(section -> section.answers() > 0)
                .flatMap(section -> section.metrics().stream()
                        .map(metric -> new Figure(
                                section.name() + "/" + metric.name(),
                                metric.value(),
                                metric.unit(),
                                metric.better(),
                                section.answers())))
                .toList();
    }
}
