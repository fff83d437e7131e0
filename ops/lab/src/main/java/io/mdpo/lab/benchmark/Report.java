package io.mdpo.lab.benchmark;

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
     * @param meaning of what it is the share or mean
     */
    public record Metric(String name, double value, int decimals, String meaning) {}
}
