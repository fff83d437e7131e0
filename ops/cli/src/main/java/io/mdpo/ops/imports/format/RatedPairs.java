package io.mdpo.ops.imports.format;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Which pairs are made of several answers to one prompt, by their mean ratings. Answers with equal means make none. */
public enum RatedPairs {
    /** Every two answers. */
    ALL {
        @Override
        List<Pair> pairs(double[] means) {
            var pairs = new ArrayList<Pair>();
            for (int i = 0; i < means.length; i++) {
                for (int j = i + 1; j < means.length; j++) {
                    if (means[i] != means[j]) {
                        pairs.add(means[i] > means[j] ? new Pair(i, j) : new Pair(j, i));
                    }
                }
            }
            return pairs;
        }
    },
    /** The best and the worst alone; of equal ones the first. */
    BEST_WORST {
        @Override
        List<Pair> pairs(double[] means) {
            int best = 0;
            int worst = 0;
            for (int i = 1; i < means.length; i++) {
                best = means[i] > means[best] ? i : best;
                worst = means[i] < means[worst] ? i : worst;
            }
            return best == worst ? List.of() : List.of(new Pair(best, worst));
        }
    };

    /** Places of two answers. */
    record Pair(int better, int worse) {}

    abstract List<Pair> pairs(double[] means);

    /**
     * The rule of that name, as the command line writes it.
     *
     * @throws IllegalArgumentException with a sentence
     */
    public static RatedPairs named(String name) {
        return Arrays.stream(values())
                .filter(rule -> rule.toString().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "'%s' is no rule for rated answers: one of %s".formatted(name, Arrays.toString(values()))));
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
