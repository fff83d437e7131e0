package io.mdpo.lab.evaluate;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.mdpo.lab.benchmark.AnswerFile;
import io.mdpo.lab.benchmark.Report;
import io.mdpo.lab.benchmark.Report.Metric;
import io.mdpo.lab.benchmark.Report.Section;
import io.mdpo.operator.OperatorException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Shows a report as a table, and writes it as JSON. */
final class ReportPrinter {
    private final Report report;

    ReportPrinter(Report report) {
        this.report = report;
    }

    void table(PrintWriter out) {
        out.printf("%s, %,d answers%n", report.benchmark(), report.answers());
        for (Section section : report.sections()) {
            out.printf("%n%s (%,d)%n", section.name(), section.answers());
            for (Metric metric : section.metrics()) {
                var value = String.format(Locale.ROOT, "%." + metric.decimals() + "f", metric.value());
                out.printf("  %-14s %8s  %s%n", metric.name(), value, metric.meaning());
            }
        }
        out.printf("%ncomparable with published numbers: %s%n", report.comparable() ? "yes" : "no");
        report.notes().forEach(note -> out.printf("note: %s%n", note));
        out.flush();
    }

    /** @param source where the answers came from */
    void json(Path file, Map<String, String> source) {
        var metrics = new LinkedHashMap<String, Map<String, Object>>();
        for (Section section : report.sections()) {
            var values = new LinkedHashMap<String, Object>(Map.of("answers", section.answers()));
            section.metrics().forEach(metric -> values.put(metric.name(), metric.value()));
            metrics.put(section.name(), values);
        }
        var content = new LinkedHashMap<String, Object>();
        content.put("benchmark", report.benchmark());
        content.put("source", source);
        content.put("answers", report.answers());
        content.put("metrics", metrics);
        content.put("comparable", report.comparable());
        content.put("notes", report.notes());
        content.put("verdicts", report.verdicts());
        try {
            AnswerFile.replace(
                    file,
                    new ObjectMapper()
                            .enable(SerializationFeature.INDENT_OUTPUT)
                            .writeValueAsString(content));
        } catch (IOException e) {
            throw new OperatorException("the report cannot be written to %s: %s".formatted(file, e), e);
        }
    }
}
