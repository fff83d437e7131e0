package io.mdpo.ingest.pairing;

import io.mdpo.schemas.FeedbackReason;
import io.mdpo.schemas.avro.Rating;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Ratings: the mean over an answer's raters, each as a fraction of its scale. Every two answers whose means differ by the
 * gap make a pair, those that differ most first, and no more than a bounded number of them.
 */
record RatingRule(double gap) implements Rule {
    /** A pair repeats the images, and the number of pairs grows with the square of the number of answers. */
    static final int MAX_PAIRS = 64;

    /** Means of fractions are not exact, and a gap of a quarter is one of five stars. */
    private static final double ROUNDING = 1e-9;

    private record Rated(String answer, String text, double mean, List<Said> by) {}

    private record Two(Rated better, Rated worse) {
        double difference() {
            return better.mean - worse.mean;
        }

        boolean has(Rated one) {
            return better.answer.equals(one.answer) || worse.answer.equals(one.answer);
        }
    }

    @Override
    public Class<?> judgement() {
        return Rating.class;
    }

    @Override
    public void decide(Case of, List<Said> standing, Findings findings) {
        var valid = new LinkedHashMap<String, List<Said>>();
        for (var said : standing) {
            var rating = (Rating) said.judgement();
            if (isValid(rating)) {
                valid.computeIfAbsent(rating.getAnswer(), answer -> new ArrayList<>())
                        .add(said);
            } else {
                findings.end(
                        said,
                        FeedbackReason.INVALID_RATING,
                        "%s does not lie on a scale from %s to %s"
                                .formatted(rating.getValue(), rating.getLowest(), rating.getHighest()));
            }
        }
        var rated = valid.entrySet().stream()
                .map(answer -> new Rated(
                        answer.getKey(), of.text(answer.getKey()), mean(answer.getValue()), answer.getValue()))
                .sorted(Comparator.comparingDouble(Rated::mean).reversed().thenComparing(Rated::answer))
                .toList();
        var pairs = differing(rated);
        var kept = pairs.subList(0, Math.min(MAX_PAIRS, pairs.size()));
        kept.forEach(two -> findings.pair(
                "rating",
                two.better.text,
                two.worse.text,
                Stream.concat(two.better.by.stream(), two.worse.by.stream()).toList(),
                of.at()));
        rated.stream()
                .filter(one -> kept.stream().noneMatch(two -> two.has(one)))
                .forEach(one -> endAlone(one, rated, pairs, findings));
    }

    private List<Two> differing(List<Rated> rated) {
        var pairs = new ArrayList<Two>();
        for (int i = 0; i < rated.size(); i++) {
            for (int j = i + 1; j < rated.size(); j++) {
                var two = new Two(rated.get(i), rated.get(j));
                if (two.difference() >= gap - ROUNDING && !two.better.text.equals(two.worse.text)) {
                    pairs.add(two);
                }
            }
        }
        pairs.sort(Comparator.comparingDouble(Two::difference)
                .reversed()
                .thenComparing(two -> two.better.answer)
                .thenComparing(two -> two.worse.answer));
        return pairs;
    }

    private static void endAlone(Rated one, List<Rated> rated, List<Two> pairs, Findings findings) {
        var differs = pairs.stream().anyMatch(two -> two.has(one));
        var others =
                rated.stream().filter(other -> !other.text.equals(one.text)).count();
        for (var said : one.by) {
            if (differs) {
                findings.end(said, FeedbackReason.TOO_MANY, "the interaction made %d pairs".formatted(MAX_PAIRS));
            } else if (others > 0) {
                findings.end(said, FeedbackReason.TIE, "no other answer's rating differs by the gap");
            } else if (rated.size() > 1) {
                findings.end(said, FeedbackReason.EQUAL_ANSWERS, "all rated answers have the same text");
            } else {
                findings.end(said, FeedbackReason.NO_COUNTERPART, "no other answer was rated");
            }
        }
    }

    private static boolean isValid(Rating rating) {
        return Double.isFinite(rating.getLowest())
                && Double.isFinite(rating.getHighest())
                && Double.isFinite(rating.getHighest() - rating.getLowest())
                && rating.getLowest() < rating.getHighest()
                && rating.getValue() >= rating.getLowest()
                && rating.getValue() <= rating.getHighest();
    }

    /** The fractions are added in the order of their size: a sum depends on its order. */
    private static double mean(List<Said> by) {
        return by.stream()
                .map(said -> (Rating) said.judgement())
                .map(rating -> (rating.getValue() - rating.getLowest()) / (rating.getHighest() - rating.getLowest()))
                .sorted()
                .collect(Collectors.averagingDouble(Double::doubleValue));
    }
}
