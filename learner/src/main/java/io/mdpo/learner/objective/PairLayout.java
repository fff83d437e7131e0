package io.mdpo.learner.objective;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Which tokens of a micro-batch are whose: the completions lie end to end, pair by pair. A pair about text alone has two of
 * them, a pair with an image three.
 */
public record PairLayout(List<Completion> completions) {
    /** What a completion is to its pair, in the order in which they lie. */
    public enum Kind {
        CHOSEN,
        REJECTED,
        CHOSEN_GIVEN_CORRUPTED_IMAGE
    }

    /**
     * One completion.
     *
     * @param pair number of its pair in the micro-batch, from 0
     * @param tokens its length, the closing end-of-sequence token included
     */
    public record Completion(int pair, Kind kind, int tokens) {}

    public PairLayout {
        completions = List.copyOf(completions);
    }

    /**
     * The layout of pairs in order.
     *
     * @param lengths tokens of each pair's completions, two or three of them
     */
    public static PairLayout of(List<int[]> lengths) {
        var completions = new ArrayList<Completion>();
        for (int pair = 0; pair < lengths.size(); pair++) {
            int[] own = lengths.get(pair);
            if (own.length != 2 && own.length != 3) {
                throw new IllegalArgumentException(
                        "pair %d has %d completions; a pair has 2, or 3 with an image".formatted(pair, own.length));
            }
            for (int i = 0; i < own.length; i++) {
                completions.add(new Completion(pair, Kind.values()[i], own[i]));
            }
        }
        return new PairLayout(completions);
    }

    /** Tokens of each completion. */
    long[] lengths() {
        return completions.stream().mapToLong(Completion::tokens).toArray();
    }

    /** Places of the completions of a kind. */
    long[] places(Kind kind) {
        return IntStream.range(0, completions.size())
                .filter(i -> completions.get(i).kind() == kind)
                .asLongStream()
                .toArray();
    }

    /** Numbers of the pairs that have an image. */
    long[] pairsWithImage() {
        return completions.stream()
                .filter(completion -> completion.kind() == Kind.CHOSEN_GIVEN_CORRUPTED_IMAGE)
                .mapToLong(Completion::pair)
                .toArray();
    }
}
