package io.mdpo.lab.experiment;

import io.mdpo.lab.experiment.Results.Compared;
import io.mdpo.lab.experiment.Results.OnStream;
import io.mdpo.lab.experiment.Results.Point;
import io.mdpo.operator.OperatorException;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.lines.SeriesLines;
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

    /** Of Okabe and Ito, for readers who do not see every colour; in the order of the variants. */
    private static final List<Color> COLOURS = List.of(
            Color.BLACK,
            new Color(213, 94, 0),
            new Color(230, 159, 0),
            new Color(0, 114, 178),
            new Color(86, 180, 233),
            new Color(0, 158, 115));

    private static final Measure ABSENT =
            new Measure("absent", "absent, of the objects mentioned (CHAIRi)", scores -> scores.greedy()
                    .chairI());
    private static final Measure UNMENTIONED = new Measure(
            "unmentioned",
            "unmentioned, of the objects there (100 - Cover)",
            scores -> 100 - scores.greedy().cover());
    private static final Measure MALFORMED = new Measure(
            "malformed",
            "answers that break the grammar (100 - well-formed)",
            scores -> 100 - scores.greedy().wellFormed());

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
                    points(
                            stream.sizes(),
                            stream.base(),
                            "pairs",
                            "Objects absent and unmentioned, over the number of pairs")));
        }
        if (!stream.strengths().isEmpty()) {
            figures.add(save(
                    stream,
                    "strengths",
                    points(
                            stream.strengths(),
                            stream.base(),
                            "share of rejected answers that carry the phrase",
                            "Objects absent and unmentioned, over the strength of the shortcut")));
        }
        return figures;
    }

    /** What is wrong with the greedy answers; a short bar of one kind beside a long one of another is no success. */
    private static CategoryChart errors(OnStream stream) {
        var chart = new CategoryChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title("Errors of greedy answers, mean over seeds; bars as long as the range")
                .yAxisTitle("%")
                .build();
        style(chart.getStyler());
        chart.getStyler().setXAxisLabelRotation(30);
        var names = new ArrayList<String>(List.of("base"));
        stream.compared().forEach(row -> names.add(row.variant().id()));
        for (var error : List.of(ABSENT, UNMENTIONED, MALFORMED)) {
            var means = new ArrayList<Double>(List.of(error.of(stream.base())));
            var ranges = new ArrayList<Double>(List.of(0.0));
            for (var row : stream.compared()) {
                means.add(error.mean(scores(row)));
                ranges.add(halfRange(error, scores(row)));
            }
            chart.addSeries(error.title(), names, means, ranges);
        }
        return chart;
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
                colour(chart.addSeries(row.variant().title(), steps, values), row.variant())
                        .setMarker(SeriesMarkers.NONE);
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

    /** Means over seeds, with bars as long as the range; what is mentioned and absent drawn through, the reverse dashed. */
    private static XYChart points(List<Point> points, Scores base, String x, String title) {
        var chart = xy(x, "%", title + ", mean over seeds");
        chart.getStyler().setErrorBarsColorSeriesColor(true);
        var variants = points.stream().map(Point::variant).distinct().toList();
        for (var error : List.of(ABSENT, UNMENTIONED)) {
            var line = error.equals(ABSENT) ? SeriesLines.SOLID : SeriesLines.DASH_DASH;
            for (var variant : variants) {
                var of = points.stream()
                        .filter(point -> point.variant() == variant)
                        .toList();
                colour(
                                chart.addSeries(
                                        "%s: %s".formatted(error.column(), variant.title()),
                                        values(of, Point::x),
                                        values(of, point -> error.mean(point.scores())),
                                        values(of, point -> halfRange(error, point.scores()))),
                                variant)
                        .setLineStyle(line);
            }
            double[] ends = {
                points.stream().mapToDouble(Point::x).min().orElse(0),
                points.stream().mapToDouble(Point::x).max().orElse(1)
            };
            chart.addSeries("%s: base".formatted(error.column()), ends, new double[] {error.of(base), error.of(base)})
                    .setMarker(SeriesMarkers.NONE)
                    .setLineColor(Color.GRAY)
                    .setLineStyle(line);
        }
        return chart;
    }

    private static double[] values(List<Point> points, ToDoubleFunction<Point> value) {
        return points.stream().mapToDouble(value).toArray();
    }

    private static double halfRange(Measure measure, List<Scores> scores) {
        return (measure.max(scores) - measure.min(scores)) / 2;
    }

    /** A variant has one colour in every figure. */
    private static XYSeries colour(XYSeries series, Variant variant) {
        var colour = COLOURS.get(IN_CURVES.indexOf(variant));
        series.setLineColor(colour);
        series.setMarkerColor(colour);
        return series;
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
