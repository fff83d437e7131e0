package io.mdpo.lab.metrics;

import java.util.Collection;

/**
 * Answers to yes-or-no questions, every value in percent; yes is the positive class. A share of nothing is 0.
 *
 * <p>The questions are half yes, half no. A model that agrees with everything has a yes rate of 100 and an accuracy of 50,
 * which POPE (Li et al. 2023, arXiv 2305.10355) made the sign of object hallucination.
 *
 * @param accuracy right answers, of all
 * @param precision right ones, of the answers yes
 * @param recall answers yes, of the questions whose answer is yes
 * @param f1 harmonic mean of precision and recall
 * @param yesRate answers yes, of all
 * @param questions number of questions
 */
public record YesNoMetrics(double accuracy, double precision, double recall, double f1, double yesRate, int questions) {
    /** One question: what is true, and what was answered. */
    public record Answer(boolean truth, boolean yes) {}

    /** Computes the metrics of a set of answers. */
    public static YesNoMetrics of(Collection<Answer> answers) {
        long truePositives = answers.stream().filter(a -> a.truth() && a.yes()).count();
        long positives = answers.stream().filter(Answer::truth).count();
        long yes = answers.stream().filter(Answer::yes).count();
        long right = answers.stream().filter(a -> a.truth() == a.yes()).count();
        double precision = percent(truePositives, yes);
        double recall = percent(truePositives, positives);
        double f1 = precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall);
        return new YesNoMetrics(
                percent(right, answers.size()), precision, recall, f1, percent(yes, answers.size()), answers.size());
    }

    private static double percent(long part, long whole) {
        return whole == 0 ? 0 : 100.0 * part / whole;
    }
}
