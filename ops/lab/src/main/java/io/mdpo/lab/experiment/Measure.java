package io.mdpo.lab.experiment;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * A column of the report.
 *
 * @param column its name in {@code runs.csv}
 * @param title its heading
 * @param value picks it
 */
record Measure(String column, String title, ToDoubleFunction<Scores> value) {
    static final Measure CHAIR_I =
            new Measure("chair_i", "CHAIRi", s -> s.greedy().chairI());
    static final Measure COVER = new Measure("cover", "Cover", s -> s.greedy().cover());
    static final Measure WELL_FORMED =
            new Measure("well_formed", "well-formed", s -> s.greedy().wellFormed());

    static final List<Measure> ALL = List.of(
            CHAIR_I,
            new Measure("hal", "Hal", s -> s.greedy().chairS()),
            new Measure("cog", "Cog", s -> s.greedy().cog()),
            COVER,
            new Measure("recall", "partner recall", s -> s.greedy().partnerRecall()),
            WELL_FORMED,
            new Measure("sampled_chair_i", "CHAIRi, sampled", s -> s.sampled().chairI()),
            new Measure("sampled_cover", "Cover, sampled", s -> s.sampled().cover()),
            new Measure("yes_no_accuracy", "yes/no accuracy", s -> s.yesNo().accuracy()),
            new Measure("yes_rate", "yes rate", s -> s.yesNo().yesRate()),
            new Measure("image_accuracy", "image accuracy", Scores::imageAccuracy),
            new Measure("image_margin", "image margin", Scores::imageMargin),
            new Measure("chosen", "log p of the truth", Scores::chosenLogProb));

    double of(Scores scores) {
        return value.applyAsDouble(scores);
    }

    double mean(List<Scores> scores) {
        return scores.stream().mapToDouble(value).average().orElse(Double.NaN);
    }

    double min(List<Scores> scores) {
        return scores.stream().mapToDouble(value).min().orElse(Double.NaN);
    }

    double max(List<Scores> scores) {
        return scores.stream().mapToDouble(value).max().orElse(Double.NaN);
    }

    /** Mean, and in brackets from the least to the greatest: {@code 1.6 (1.2 to 2.0)}. */
    String text(List<Scores> scores) {
        return scores.size() == 1
                ? String.format(Locale.ROOT, "%.1f", mean(scores))
                : String.format(Locale.ROOT, "%.1f (%.1f to %.1f)", mean(scores), min(scores), max(scores));
    }
}
