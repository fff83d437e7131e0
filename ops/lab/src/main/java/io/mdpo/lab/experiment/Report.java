package io.mdpo.lab.experiment;

import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import com.hubspot.jinjava.Jinjava;
import io.mdpo.lab.experiment.Figures.Figure;
import io.mdpo.lab.experiment.Results.OnStream;
import io.mdpo.operator.OperatorException;
import io.mdpo.ops.JsonReport;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** Writes results as {@code results.json}, {@code runs.csv}, {@code report.md} with its figures, and one HTML page. */
final class Report {
    private static final String TEMPLATES = "/experiment/";

    private final Path directory;

    Report(Path directory) {
        this.directory = directory;
    }

    void write(Results results) {
        JsonReport.write(directory.resolve("results.json"), results);
        writeRuns(results);
        var figures = new Figures(directory);
        var streams = new ArrayList<Map<String, Object>>();
        for (var stream : results.streams()) {
            streams.add(view(stream, figures.draw(stream)));
        }
        var view = Map.of(
                "command", results.command(),
                "hardware", results.hardware(),
                "minutes", Math.round(results.seconds() / 60),
                "seeds", results.plan().seeds(),
                "pairs", results.plan().pairs(),
                "scenes", results.plan().scenes(),
                "measures", titles(),
                "streams", streams);
        render("report.md", view);
        render("report.html", view);
    }

    private Map<String, Object> view(OnStream stream, List<Figure> figures) {
        var rows = new ArrayList<List<String>>();
        rows.add(row("base", "", List.of(stream.base())));
        stream.compared()
                .forEach(each -> rows.add(row(
                        each.variant().title(),
                        text(each.setting()),
                        each.runs().stream().map(RunResult::scores).toList())));
        var grid = new ArrayList<List<String>>();
        stream.compared().forEach(each -> each.tuning()
                .forEach(tried -> grid.add(List.of(
                        each.variant().title(),
                        text(tried.setting()),
                        Measure.CHAIR_I.text(List.of(tried.scores())),
                        Measure.COVER.text(List.of(tried.scores())),
                        Measure.WELL_FORMED.text(List.of(tried.scores())),
                        String.format(Locale.ROOT, "%.1f", tried.penalty()),
                        tried.setting().equals(each.setting()) ? "chosen" : ""))));
        return Map.of(
                "name", stream.kind().id(),
                "rows", rows,
                "grid", grid,
                "strengths", stream.strengths().stream().map(Report::row).toList(),
                "sizes", stream.sizes().stream().map(Report::row).toList(),
                "figures", figures.stream().map(this::view).toList());
    }

    private Map<String, String> view(Figure figure) {
        try {
            var bytes = Files.readAllBytes(directory.resolve(figure.file()));
            return Map.of(
                    "file", figure.file(),
                    "title", figure.title(),
                    "base64", Base64.getEncoder().encodeToString(bytes));
        } catch (IOException e) {
            throw new OperatorException("%s cannot be read: %s".formatted(figure.file(), e.getMessage()), e);
        }
    }

    private static List<String> row(Results.Point point) {
        return row(
                point.variant().title(),
                BigDecimal.valueOf(point.x()).stripTrailingZeros().toPlainString(),
                point.scores());
    }

    private static List<String> row(String title, String second, List<Scores> scores) {
        var cells = new ArrayList<>(List.of(title, second));
        for (var measure : Measure.ALL) {
            cells.add(measure.text(scores));
        }
        return cells;
    }

    private static List<String> titles() {
        return Measure.ALL.stream().map(Measure::title).toList();
    }

    private static String text(Setting setting) {
        return String.format(Locale.ROOT, "%.0e, %.1f", setting.learningRate(), setting.beta());
    }

    private void render(String name, Map<String, ?> view) {
        var resource = TEMPLATES + name + ".j2";
        try (var in = Objects.requireNonNull(Report.class.getResourceAsStream(resource), resource)) {
            var template = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            Files.writeString(directory.resolve(name), new Jinjava().render(template, view));
        } catch (IOException e) {
            throw new OperatorException("%s cannot be written: %s".formatted(name, e.getMessage()), e);
        }
    }

    /** One line for every training. */
    private void writeRuns(Results results) {
        var columns = CsvSchema.builder()
                .addColumns(
                        List.of("stream", "strength", "pairs", "variant", "learning_rate", "beta", "scenes", "seed"),
                        CsvSchema.ColumnType.STRING);
        for (var measure : Measure.ALL) {
            columns.addColumn(measure.column(), CsvSchema.ColumnType.NUMBER);
        }
        var lines = new LinkedHashSet<Map<String, Object>>();
        for (var stream : results.streams()) {
            for (var each : stream.compared()) {
                each.tuning()
                        .forEach(tried -> lines.add(line(
                                results.plan().tuning(stream.kind(), each.variant(), tried.setting()),
                                tried.scores())));
                var specs = results.plan().comparison(stream.kind(), each.variant(), each.setting());
                for (int i = 0; i < specs.size(); i++) {
                    lines.add(line(specs.get(i), each.runs().get(i).scores()));
                }
            }
            Stream.concat(stream.strengths().stream(), stream.sizes().stream())
                    .flatMap(point -> point.trainings().stream())
                    .forEach(trained -> lines.add(line(trained.spec(), trained.scores())));
        }
        var file = directory.resolve("runs.csv");
        try {
            new CsvMapper().writer(columns.build().withHeader()).writeValue(file.toFile(), lines);
        } catch (IOException e) {
            throw new OperatorException("%s cannot be written: %s".formatted(file, e.getMessage()), e);
        }
    }

    private static Map<String, Object> line(RunSpec spec, Scores scores) {
        var line = new LinkedHashMap<String, Object>();
        line.put("stream", spec.stream().kind().id());
        line.put(
                "strength",
                spec.stream().kind() == StreamKind.SHORTCUT ? spec.stream().strength() : "");
        line.put("pairs", spec.stream().pairs());
        line.put("variant", spec.variant().id());
        line.put("learning_rate", spec.setting().learningRate());
        line.put("beta", spec.setting().beta());
        line.put("scenes", spec.scenes().name().toLowerCase(Locale.ROOT));
        line.put("seed", spec.stream().seed());
        for (var measure : Measure.ALL) {
            line.put(measure.column(), measure.of(scores));
        }
        return line;
    }
}
