package io.mdpo.ops.experiment;

import io.mdpo.ops.OperatorException;
import io.mdpo.ops.experiment.Results.Compared;
import io.mdpo.ops.experiment.Results.OnStream;
import io.mdpo.ops.experiment.Results.Point;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Draws a stream's results as PNG files. */
final class Figures {
    private static final int WIDTH = 1100;
    private static final int HEIGHT = 620;

    /** The variants that the paper's figures compare; all fourteen lines would hide each other. */
    private static final List<Variant> IN_CURVES = List.of(
            Variant.SFT,
            Variant.DPO,
            Variant.DPO_WITHOUT_IMAGE,
            Variant.MDPO,
            Variant.MDPO_WITHOUT_CONDITIONAL,
            Variant.MDPO_WITHOUT_ANCHOR);

    private final Path directory;

    Figures(Path directory) {
        this.directory = directory;
    }

    /** A picture of the report. */
    record Figure(String file, String title) {}

    List<Figure> draw(OnStream stream) {
        var figures = new ArrayList<Figure>();
        figures.add(save(stream, "errors", errors(stream)));
        figures.add(save(
                stream,
                "chosen",
                steps(stream, "logps/chosen_change", "nats, against the base", "Chosen log-likelihood")));
        figures.add(save(stream, "margins", steps(stream, "rewards/margins", "reward", "Reward margins")));
        figures.add(save(
                stream,
                "image-margins",
                steps(
                        stream,
                        "logps/image_margins",
                        "nats",
                        "Log-likelihood of the chosen answer, given its picture less given the corrupted one")));
        if (!stream.sizes().isEmpty()) {
            figures.add(save(
                    stream,
                    "sizes",
                    points(stream.sizes(), stream.base(), "pairs", "Quality over the number of pairs")));
        }
        if (!stream.strengths().isEmpty()) {
            figures.add(save(
                    stream,
                    "strengths",
                    points(
                            stream.strengths(),
                            stream.base(),
                            "share of rejected answers that carry the phrase",
                            "Quality over the strength of the shortcut")));
        }
        return figures;
    }

    /** What is wrong with the greedy answers; a short bar of one kind beside a long one of another is no success. */
    private static CategoryChart errors(OnStream stream) {
        var chart = new CategoryChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title("Errors of greedy answers, mean over seeds, bars from least to greatest")
                .yAxisTitle("%")
                .build();
        style(chart.getStyler());
        chart.getStyler().setXAxisLabelRotation(30);
        var names = new ArrayList<String>(List.of("base"));
        stream.compared().forEach(row -> names.add(row.variant().id()));
        bars(chart, stream, names, "absent, of the objects mentioned (CHAIRi)", Measure.CHAIR_I, false);
        bars(chart, stream, names, "unmentioned, of the objects there (100 - Cover)", Measure.COVER, true);
        bars(chart, stream, names, "answers that break the grammar (100 - well-formed)", Measure.WELL_FORMED, true);
        return chart;
    }

    private static void bars(
            CategoryChart chart, OnStream stream, List<String> names, String title, Measure measure, boolean missing) {
        var means = new ArrayList<Double>();
        var errors = new ArrayList<Double>();
        double base = measure.of(stream.base());
        means.add(missing ? 100 - base : base);
        errors.add(0.0);
        for (var row : stream.compared()) {
            var scores = scores(row);
            means.add(missing ? 100 - measure.mean(scores) : measure.mean(scores));
            errors.add((measure.max(scores) - measure.min(scores)) / 2);
        }
        chart.addSeries(title, names, means, errors);
    }

    /** A metric over the steps of training, mean over seeds. */
    private static XYChart steps(OnStream stream, String metric, String unit, String title) {
        var chart = xy("step", unit, title + ", mean over seeds");
        for (var row : stream.compared()) {
            if (IN_CURVES.contains(row.variant())) {
                double[] values = mean(
                        row.runs().stream().map(run -> run.curves().get(metric)).toList());
                double[] steps =
                        IntStream.rangeClosed(1, values.length).asDoubleStream().toArray();
                chart.addSeries(row.variant().title(), steps, values).setMarker(SeriesMarkers.NONE);
            }
        }
        return chart;
    }

    private static double[] mean(List<List<Double>> curves) {
        int steps = curves.stream().mapToInt(List::size).min().orElse(0);
        return IntStream.range(0, steps)
                .mapToDouble(step -> curves.stream()
                        .mapToDouble(curve -> curve.get(step))
                        .average()
                        .orElse(Double.NaN))
                .toArray();
    }

    private static XYChart points(List<Point> points, Scores base, String x, String title) {
        var chart = xy(x, "%", title);
        var variants = points.stream().map(Point::variant).distinct().toList();
        for (var measure : List.of(Measure.CHAIR_I, Measure.COVER)) {
            for (var variant : variants) {
                var of = points.stream()
                        .filter(point -> point.variant() == variant)
                        .toList();
                chart.addSeries(
                        "%s: %s".formatted(measure.title(), variant.title()),
                        of.stream().mapToDouble(Point::x).toArray(),
                        of.stream()
                                .mapToDouble(point -> measure.of(point.scores()))
                                .toArray());
            }
            double[] ends = DoubleStream.of(
                            points.stream().mapToDouble(Point::x).min().orElse(0),
                            points.stream().mapToDouble(Point::x).max().orElse(1))
                    .toArray();
            chart.addSeries("%s: base".formatted(measure.title()), ends, new double[] {
                        measure.of(base), measure.of(base)
                    })
                    .setMarker(SeriesMarkers.NONE);
        }
        return chart;
    }

    private static XYChart xy(String x, String y, String title) {
        var chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(title)
                .xAxisTitle(x)
                .yAxisTitle(y)
                .build();
        style(chart.getStyler());
        return chart;
    }

    private static void style(Styler styler) {
        styler.setLegendPosition(LegendPosition.OutsideS)
                .setChartBackgroundColor(Color.WHITE)
                .setPlotBorderVisible(false);
    }

    private static List<Scores> scores(Compared row) {
        return row.runs().stream().map(RunResult::scores).toList();
    }

    private Figure save(OnStream stream, String name, Chart<?, ?> chart) {
        var file = "%s-%s.png".formatted(stream.kind().id(), name);
        try {
            BitmapEncoder.saveBitmap(chart, directory.resolve(file).toString(), BitmapFormat.PNG);
            return new Figure(file, chart.getTitle());
        } catch (IOException e) {
            throw new OperatorException("%s cannot be written: %s".formatted(file, e.getMessage()), e);
        }
    }
}
