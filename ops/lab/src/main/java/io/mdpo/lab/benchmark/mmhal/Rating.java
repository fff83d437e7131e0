package io.mdpo.lab.benchmark.mmhal;

import java.util.OptionalInt;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** What a judge gave: 0 to 6; below 3 the answer hallucinates. */
final class Rating {
    private static final int HALLUCINATION_BELOW = 3;
    private static final Pattern RATING = Pattern.compile("rating(?::| is) ([0-6])", Pattern.CASE_INSENSITIVE);

    private Rating() {}

    /** The only rating that a review names, be it more than once; empty if there is none or another one too. */
    static OptionalInt in(String review) {
        var named = new TreeSet<Integer>();
        RATING.matcher(review).results().forEach(match -> named.add(Integer.valueOf(match.group(1))));
        return named.size() == 1 ? OptionalInt.of(named.first()) : OptionalInt.empty();
    }

    static boolean hallucinates(int rating) {
        return rating < HALLUCINATION_BELOW;
    }
}
